package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.GenerationConfig;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.Sampling;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationOptionsTest {

  @Test
  void textIsGreedyUnlessToldOtherwise() {
    assertThat(read("")).isEqualTo(GenerationConfig.free(128));
  }

  @Test
  void optionsBecomeAStrategyAndProcessors() {
    assertThat(
            read(
                "max-new-tokens=9,min-new-tokens=2,repetition-penalty=1.5,no-repeat-ngram-size=3,num-beams=4,length-penalty=2,early-stopping=never"))
        .isEqualTo(
            GenerationConfig.free(9)
                .with(new LogitsProcessors(1.5, 3, 2))
                .by(new Beams(4, 2, Beams.EarlyStopping.NEVER)));
    assertThat(read("do-sample=true,temperature=0.5,top-k=0,top-p=0.9,seed=7").strategy())
        .isEqualTo(new Sampling(0.5, 0, 0.9, 7));
  }

  @Test
  void stopStringsAreOneOrAJsonList() {
    assertThat(read(Map.of("stop-strings", "; ")).stopStrings()).containsExactly("; ");
    assertThat(read(Map.of("stop-strings", "[\"a, b\", \"[\"]")).stopStrings())
        .containsExactly("a, b", "[");
    assertThatThrownBy(() -> read(Map.of("stop-strings", "[1")))
        .hasMessageStartingWith(
            "Cannot generate: stop-strings must be a string or a JSON list of strings");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-new-tokens=0 | max-new-tokens must be at least 1, got 0",
        "max-new-tokens=4,min-new-tokens=5 | min-new-tokens must be at most max-new-tokens = 4, got 5",
        "repetition-penalty=0 | repetition-penalty must be above 0, got 0.0",
        "no-repeat-ngram-size=-1 | no-repeat-ngram-size must be at least 0, got -1",
        "stop-strings=[\"\"] | a stop string must not be empty",
        "temperature=0.5 | temperature must be set only where do-sample is true, got 0.5",
        "seed=1 | seed must be set only where do-sample is true, got 1",
        "do-sample=true,temperature=0 | temperature must be above 0, got 0.0",
        "do-sample=true,top-k=-1 | top-k must be at least 0, got -1",
        "do-sample=true,top-p=1.5 | top-p must be from 0 to 1, got 1.5",
        "do-sample=true,num-beams=4 | num-beams must be 1 where do-sample is true, got 4",
        "num-beams=0 | num-beams must be at least 1, got 0",
        "length-penalty=2 | length-penalty must be set only where num-beams is above 1, got 2.0",
      })
  void whatDoesNotFitIsRefused(String options, String fault) {
    assertThatThrownBy(() -> read(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot generate: " + fault);
  }

  @Test
  void defaultsAreThoseOfTheRuntime() {
    Configuration config = new Configuration();
    config.set(ModelOptions.PATH, "/models/ul2");
    assertThat(ModelOptions.read(config)).isEqualTo(ModelSettings.of(Path.of("/models/ul2")));
  }

  @Test
  void whatAConstraintAllowsIsWrittenGreedily() {
    Constraint constraint =
        new Constraint() {
          @Override
          public int[] allowed() {
            return new int[] {1};
          }

          @Override
          public Constraint next(int token) {
            return this;
          }
        };
    GenerationConfig constrained = GenerationConfig.constrained(4, constraint);
    assertThatThrownBy(() -> constrained.by(new Sampling(1, 0, 1, 0)))
        .hasMessage(
            "Cannot generate: what a constraint allows is written greedily, without processors and stop strings");
  }

  private static GenerationConfig read(String options) {
    return read(
        Stream.of(options.split(","))
            .filter(option -> !option.isEmpty())
            .map(option -> option.split("=", 2))
            .collect(Collectors.toMap(option -> option[0], option -> option[1])));
  }

  private static GenerationConfig read(Map<String, String> options) {
    return GenerationOptions.read(Configuration.fromMap(options));
  }
}
