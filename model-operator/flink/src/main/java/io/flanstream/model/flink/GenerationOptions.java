package io.flanstream.model.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.Strategy;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How text is written: the fields of Hugging Face's {@code GenerationConfig} by their names, the
 * same in SQL and on the command line.
 */
public final class GenerationOptions {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Greatest length. */
  public static final ConfigOption<Integer> MAX_NEW_TOKENS =
      ConfigOptions.key("max-new-tokens")
          .intType()
          .defaultValue(128)
          .withDescription("The most tokens of an answer, its end token included.");

  /** Least length. */
  public static final ConfigOption<Integer> MIN_NEW_TOKENS =
      ConfigOptions.key("min-new-tokens")
          .intType()
          .defaultValue(0)
          .withDescription("Tokens that are written before the answer may end.");

  /** Ends of an answer. */
  public static final ConfigOption<String> STOP_STRINGS =
      ConfigOptions.key("stop-strings")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A string at which an answer ends, and which stays in it, or a JSON list of such strings.");

  /** Penalty for tokens that were written. */
  public static final ConfigOption<Double> REPETITION_PENALTY =
      ConfigOptions.key("repetition-penalty")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "What the logit of a token that was written is divided by, multiplied by where it is negative; 1 for none.");

  /** N-grams that are written once. */
  public static final ConfigOption<Integer> NO_REPEAT_NGRAM_SIZE =
      ConfigOptions.key("no-repeat-ngram-size")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Size of the n-grams of tokens that are written once at most; 0 for none.");

  /** Drawing of tokens. */
  public static final ConfigOption<Boolean> DO_SAMPLE =
      ConfigOptions.key("do-sample")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether tokens are drawn, and not always the best chosen.");

  /** Temperature of the draw. */
  public static final ConfigOption<Double> TEMPERATURE =
      ConfigOptions.key("temperature")
          .doubleType()
          .defaultValue(1.0)
          .withDescription("What logits are divided by before a token is drawn.");

  /** How many tokens may be drawn. */
  public static final ConfigOption<Integer> TOP_K =
      ConfigOptions.key("top-k")
          .intType()
          .defaultValue(50)
          .withDescription("How many of the most probable tokens may be drawn; 0 for all.");

  /** Share of the probability that may be drawn. */
  public static final ConfigOption<Double> TOP_P =
      ConfigOptions.key("top-p")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "Tokens may be drawn that are the fewest with so much of the probability, 0 to 1.");

  /** Seed of the draws. */
  public static final ConfigOption<Long> SEED =
      ConfigOptions.key("seed")
          .longType()
          .defaultValue(0L)
          .withDescription(
              "What is drawn follows from this and the prompt: asked again, the same is written.");

  /** Beams. */
  public static final ConfigOption<Integer> NUM_BEAMS =
      ConfigOptions.key("num-beams")
          .intType()
          .defaultValue(1)
          .withDescription("Beams of a beam search, each of which takes a row; 1 for none.");

  /** Reward of length. */
  public static final ConfigOption<Double> LENGTH_PENALTY =
      ConfigOptions.key("length-penalty")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "Power of its length by which a beam's log-probability is divided: the greater, the longer the answers.");

  /** End of a beam search. */
  public static final ConfigOption<Beams.EarlyStopping> EARLY_STOPPING =
      ConfigOptions.key("early-stopping")
          .enumType(Beams.EarlyStopping.class)
          .defaultValue(Beams.EarlyStopping.FALSE)
          .withDescription(
              "When a beam search with as many answers as beams ends: true for at once, false where a better one is unlikely, never where none is possible.");

  private GenerationOptions() {}

  /**
   * Reads and checks the options.
   *
   * @param config the options
   * @return how text is written
   * @throws IllegalArgumentException if one is out of bounds, or needs another one that is not set
   */
  public static GenerationConfig read(ReadableConfig config) {
    return GenerationConfig.free(config.get(MAX_NEW_TOKENS))
        .with(
            new LogitsProcessors(
                config.get(REPETITION_PENALTY),
                config.get(NO_REPEAT_NGRAM_SIZE),
                config.get(MIN_NEW_TOKENS)))
        .stoppingAt(
            config.getOptional(STOP_STRINGS).map(GenerationOptions::strings).orElse(List.of()))
        .by(strategy(config));
  }

  private static Strategy strategy(ReadableConfig config) {
    boolean samples = config.get(DO_SAMPLE);
    int beams = config.get(NUM_BEAMS);
    check(beams >= 1, NUM_BEAMS, "be at least 1", beams);
    check(beams == 1 || !samples, NUM_BEAMS, "be 1 where do-sample is true", beams);
    for (ConfigOption<?> option : List.of(TEMPERATURE, TOP_K, TOP_P, SEED)) {
      checkUnset(samples, config, option, "do-sample is true");
    }
    for (ConfigOption<?> option : List.of(LENGTH_PENALTY, EARLY_STOPPING)) {
      checkUnset(beams > 1, config, option, "num-beams is above 1");
    }
    if (samples) {
      return new Sampling(
          config.get(TEMPERATURE), config.get(TOP_K), config.get(TOP_P), config.get(SEED));
    }
    return beams == 1
        ? Strategy.GREEDY
        : new Beams(beams, config.get(LENGTH_PENALTY), config.get(EARLY_STOPPING));
  }

  private static void checkUnset(
      boolean holds, ReadableConfig config, ConfigOption<?> option, String rule) {
    Optional<?> value = config.getOptional(option);
    check(holds || value.isEmpty(), option, "be set only where " + rule, value.orElse(null));
  }

  private static void check(boolean holds, ConfigOption<?> option, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot generate: %s must %s, got %s".formatted(option.key(), rule, value));
    }
  }

  private static List<String> strings(String text) {
    if (!text.startsWith("[")) {
      return List.of(text);
    }
    try {
      return MAPPER.readValue(text, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot generate: %s must be a string or a JSON list of strings: %s"
              .formatted(STOP_STRINGS.key(), e.getOriginalMessage()),
          e);
    }
  }
}
