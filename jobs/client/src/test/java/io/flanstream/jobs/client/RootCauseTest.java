package io.flanstream.jobs.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RootCauseTest {

  @Test
  void saysTheLastCauseWithoutTheNamesOfExceptions() {
    assertThat(
            RootCause.of(
                """
                org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartStrategy
                \tat org.apache.flink.Some.method(Some.java:1)
                Caused by: org.apache.flink.runtime.execution.SuppressRestartsException: Unrecoverable failure
                \tat org.apache.flink.Some.method(Some.java:2)
                Caused by: java.lang.IllegalStateException: org.a.B$C: Cannot open a: it must be b
                \t... 5 more
                """))
        .isEqualTo("Cannot open a: it must be b");
  }

  @Test
  void saysTheFirstLineWhereThereIsNoCause() {
    assertThat(RootCause.of("java.net.ConnectException: Connection refused\n\tat x"))
        .isEqualTo("Connection refused");
    assertThat(RootCause.of("Connection refused")).isEqualTo("Connection refused");
    assertThat(RootCause.of("")).isEmpty();
  }
}
