package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.flink.GenerationOptions;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** Arguments that say how text is written, by the names of Hugging Face's generation config. */
final class GenerationArguments {

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "The most tokens of an answer, end token included (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Option(
      names = "--min-new-tokens",
      paramLabel = "N",
      description = "Tokens that are written before an answer may end (default: 0).")
  private Integer minNewTokens;

  @Option(
      names = "--stop-strings",
      paramLabel = "TEXT",
      description =
          "A string at which an answer ends, and which stays in it; may be given several times.")
  private List<String> stopStrings;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description =
          "What the logit of a token that was written is divided by, multiplied by where it is negative (default: 1).")
  private Double repetitionPenalty;

  @Option(
      names = "--no-repeat-ngram-size",
      paramLabel = "N",
      description = "Size of the n-grams of tokens that are written once at most (default: 0).")
  private Integer noRepeatNgramSize;

  @Option(names = "--do-sample", description = "Draw tokens, instead of always choosing the best.")
  private Boolean doSample;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "What logits are divided by before a token is drawn (default: 1).")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "How many of the most probable tokens may be drawn; 0 for all (default: 50).")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "X",
      description =
          "Tokens may be drawn that are the fewest with so much of the probability (default: 1).")
  private Double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "What is drawn follows from this, or the line's \"seed\", and the prompt (default: 0).")
  private Long seed;

  @Option(
      names = "--num-beams",
      paramLabel = "N",
      description = "Beams of a beam search (default: 1).")
  private Integer numBeams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "Power of its length by which a beam's log-probability is divided (default: 1).")
  private Double lengthPenalty;

  @Option(
      names = "--early-stopping",
      paramLabel = "WHEN",
      description =
          "When a beam search with as many answers as beams ends: ${COMPLETION-CANDIDATES} (default: false).")
  private Beams.EarlyStopping earlyStopping;

  /** How text is written; arguments that do not fit together are a fault of usage. */
  GenerationConfig read() {
    Configuration config = new Configuration();
    config.set(GenerationOptions.MAX_NEW_TOKENS, maxNewTokens);
    set(config, GenerationOptions.MIN_NEW_TOKENS, minNewTokens);
    if (stopStrings != null) {
      ArrayNode strings = JsonNodeFactory.instance.arrayNode();
      stopStrings.forEach(strings::add);
      config.set(GenerationOptions.STOP_STRINGS, strings.toString());
    }
    set(config, GenerationOptions.REPETITION_PENALTY, repetitionPenalty);
    set(config, GenerationOptions.NO_REPEAT_NGRAM_SIZE, noRepeatNgramSize);
    set(config, GenerationOptions.DO_SAMPLE, doSample);
    set(config, GenerationOptions.TEMPERATURE, temperature);
    set(config, GenerationOptions.TOP_K, topK);
    set(config, GenerationOptions.TOP_P, topP);
    set(config, GenerationOptions.SEED, seed);
    set(config, GenerationOptions.NUM_BEAMS, numBeams);
    set(config, GenerationOptions.LENGTH_PENALTY, lengthPenalty);
    set(config, GenerationOptions.EARLY_STOPPING, earlyStopping);
    try {
      return GenerationOptions.read(config);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  private static <T> void set(Configuration config, ConfigOption<T> option, T value) {
    if (value != null) {
      config.set(option, value);
    }
  }
}
