package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {
  private static final Path HERE = Path.of("").toAbsolutePath();

  @Test
  void variablesHaveTheirValuesInEveryOption() {
    Pipeline pipeline =
        parse(
            "broker-${N}:9092",
            "${SLOTS}",
            "refund ${N}",
            Map.of("N", "3", "SLOTS", "2", "PASSWORD", "Knot-tide-4 \\ $1"));
    assertThat(pipeline.kafka().bootstrapServers()).isEqualTo("broker-3:9092");
    assertThat(pipeline.job().parallelism()).isEqualTo(2);
    assertThat(pipeline.kafka().clientProperties())
        .containsEntry("ssl.keystore.password", "Knot-tide-4 \\ $1");
    assertThat(pipeline.kafka().toString()).doesNotContain("Knot-tide-4");
    assertThat(pipeline.tasks().tasks().toString()).contains("refund ${N}");
  }

  @Test
  void aVariableMayHaveAnotherValueAndATextMayLookLikeOne() {
    Map<String, String> environment = Map.of("PASSWORD", "");
    assertThat(resolved("${A:-x}-${A:-}-$${A}-${file:/etc/k:key}-$A", environment))
        .isEqualTo("x--${A}-${file:/etc/k:key}-$A");
    assertThat(resolved("${A:-x}", Map.of("A", "${B}"))).isEqualTo("${B}");
  }

  @Test
  void allVariablesThatAreMissingAreNamedWithTheirPlaces() {
    assertThatThrownBy(() -> parse("${BROKER}:9092", "${SLOTS}", "refund", Map.of()))
        .isInstanceOf(InvalidPipelineException.class)
        .hasMessageContaining(
            "must have its variables in the environment, which lacks BROKER (line 2, column 29),"
                + " PASSWORD (line 2, column 84), SLOTS (line 8, column 21)");
  }

  @Test
  void aValueIsReadAsIfItWereWrittenThere() {
    assertThatThrownBy(
            () -> parse("b:9092", "${SLOTS}", "x", Map.of("SLOTS", "many", "PASSWORD", "")))
        .hasMessageContaining("job.parallelism");
  }

  private static String resolved(String text, Map<String, String> environment) {
    return new Variables(environment).resolved(text, "here");
  }

  private static Pipeline parse(
      String brokers, String parallelism, String label, Map<String, String> environment) {
    return PipelineFile.parse(
        """
        name: test
        kafka: { bootstrap-servers: "%s", properties: { ssl.keystore.password: "${PASSWORD}" } }
        source: { topic: in }
        model: { path: none }
        tasks: [ { name: intent, type: classification, labels: ["%s", other] } ]
        sink: { topic: out }
        dead-letters: { topic: dead }
        job: { parallelism: "%s" }
        """
            .formatted(brokers, label, parallelism),
        "test.yaml",
        HERE,
        environment);
  }
}
