package io.flanstream.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.decode.LogitsProcessors;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * How text is written: the fields of Hugging Face's {@code GenerationConfig} by their names, the
 * same in SQL and on the command line.
 */
public final class DecodingOptions {
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

  private DecodingOptions() {}

  /**
   * Reads and checks the options.
   *
   * @param config the options
   * @return how text is written
   * @throws IllegalArgumentException if one is out of bounds
   */
  public static Decoding read(ReadableConfig config) {
    return Decoding.free(config.get(MAX_NEW_TOKENS))
        .with(
            new LogitsProcessors(
                config.get(REPETITION_PENALTY),
                config.get(NO_REPEAT_NGRAM_SIZE),
                config.get(MIN_NEW_TOKENS)))
        .stoppingAt(
            config.getOptional(STOP_STRINGS).map(DecodingOptions::strings).orElse(List.of()));
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
