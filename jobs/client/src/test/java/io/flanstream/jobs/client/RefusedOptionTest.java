package io.flanstream.jobs.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusedOptionTest {

  static Stream<Arguments> values() {
    return Stream.of(
        arguments(
            CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
            "TWICE",
            "one of EXACTLY_ONCE, AT_LEAST_ONCE"),
        arguments(
            ExecutionConfigOptions.TABLE_EXEC_SINK_NOT_NULL_ENFORCER, "x", "one of ERROR, DROP"),
        arguments(
            CheckpointingOptions.CHECKPOINTING_INTERVAL,
            "10 lightyears",
            "a duration with its unit, such as 10s or 500ms"),
        arguments(CheckpointingOptions.ENABLE_UNALIGNED, "yes", "true or false"),
        arguments(
            TaskManagerOptions.TOTAL_PROCESS_MEMORY, "1 ton", "a size with its unit, such as 64mb"),
        arguments(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, "x", "a number"),
        arguments(WebOptions.MAX_EXCEPTION_HISTORY_SIZE, "1.5", "a number"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void saysKeyRuleAndValue(ConfigOption<?> option, String value, String rule) {
    Configuration config = new Configuration();
    config.setString(option.key(), value);
    Throwable failure = null;
    try {
      config.get(option);
    } catch (IllegalArgumentException e) {
      failure = new ValidationException("Invalid value for option.", new RuntimeException(e));
    }
    String said = RefusedOption.in(failure).orElseThrow();
    assertThat(said).startsWith("Cannot set %s: it must be %s".formatted(option.key(), rule));
    assertThat(said).endsWith(", got " + value);
  }

  @Test
  void saysNothingOfOtherFailures() {
    assertThat(RefusedOption.in(new IllegalArgumentException("Cannot open a")))
        .isEqualTo(Optional.empty());
    assertThat(RefusedOption.in(new RuntimeException((String) null))).isEmpty();
  }
}
