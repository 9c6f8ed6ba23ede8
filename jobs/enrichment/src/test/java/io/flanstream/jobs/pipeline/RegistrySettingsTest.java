package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.serialize.RecordFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrySettingsTest {

  @Test
  void readsWhereTheRegistryIs() {
    Pipeline pipeline =
        parse(
            "registry: { url: \"https://a:8081/, http://b/apis/ccompat/v7\", auto-register: false, timeout: 5 s, properties: { basic.auth.user.info: \"u:p\" } }",
            "avro-confluent");

    assertThat(pipeline.source().format()).isEqualTo(PayloadFormat.AVRO_CONFLUENT);
    assertThat(pipeline.sink().format()).isEqualTo(RecordFormat.AVRO_CONFLUENT);
    assertThat(pipeline.registry())
        .contains(
            new RegistrySettings(
                "https://a:8081/, http://b/apis/ccompat/v7",
                false,
                Duration.ofSeconds(5),
                Map.of("basic.auth.user.info", "u:p")));
    assertThat(pipeline.registry().orElseThrow().addresses())
        .containsExactly("https://a:8081", "http://b/apis/ccompat/v7");
    assertThat(parse("", "json").registry()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|registry.url: must be set where source.format is avro-confluent",
        "registry: { url: \"https://me:hunter2@a\" }|registry.url: must be http or https addresses without user and query, joined by commas",
        "registry: { url: \"http://a, b:8081\" }|registry.url: must be http or https addresses without user and query, joined by commas",
        "registry: { url: \"http://a\", timeout: 0 s }|registry.timeout: must be at least 1 ms, got 0 ms",
        "registry: { url: \"http://a\", properties: { basic.auth.user.info: \"u:hunter2\", bearer.auth.token: hunter2 } }|registry.properties.bearer.auth.token: must not be set beside basic.auth.user.info",
      })
  void saysWhatIsWrong(String registry, String fault) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(registry == null ? "" : registry, "avro-confluent"))
        .withMessage("Cannot use test.yaml: 1 fault\n  " + fault);
  }

  @Test
  void refusesPropertiesThatNobodyWouldRead() {
    String properties =
        "registry: { url: \"http://a\", properties: { basic.auth.user: u, ssl.endpoint.identification.algorithm: \"\", config.providers: file, ssl.truststore.location: /ca } }";

    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(properties, "avro-confluent"))
        .withMessageContaining("test.yaml: 2 faults")
        .withMessageContaining(
            "\n  registry.properties.basic.auth.user: is unknown; known here are ")
        .withMessageContaining(
            "\n  registry.properties.ssl.endpoint.identification.algorithm: is unknown; ");
  }

  @Test
  void keepsSecretsOutOfLogs() {
    Pipeline pipeline =
        parse(
            "registry: { url: \"http://a\", properties: { basic.auth.user.info: \"u:hunter2\", ssl.keystore.password: hunter2, ssl.truststore.location: /ca } }",
            "avro-confluent");

    assertThat(pipeline.toString())
        .contains("basic.auth.user.info=******", "ssl.truststore.location=/ca")
        .doesNotContain("hunter");
  }

  private static Pipeline parse(String registry, String format) {
    String yaml =
        """
        name: framed
        kafka: { bootstrap-servers: "localhost:9092" }
        source: { topic: messages, format: %s }
        model: { path: models/mini }
        tasks: [ { name: intent, type: classification, labels: [yes please, no thanks] } ]
        sink: { topic: enriched, format: %s }
        dead-letters: { topic: dead-letters }
        %s
        """
            .formatted(format, format, registry);
    return PipelineFile.parse(yaml, "test.yaml", Path.of("/"));
  }
}
