package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaClientPropertiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          compression.type | lz5 | kafka.properties.compression.type: is not valid: String must be one of: none, gzip, snappy, lz4, zstd, got "lz5"
          linger.ms | soon | kafka.properties.linger.ms: is not valid: Not a number of type LONG, got "soon"
          fetch.min.bytes | -1 | kafka.properties.fetch.min.bytes: is not valid: Value must be at least 0, got "-1"
          foo.bar | 1 | kafka.properties.foo.bar: is unknown to Kafka's clients
          compresion.type | zstd | kafka.properties.compresion.type: is unknown to Kafka's clients; did you mean compression.type?
          """)
  void refusesWhatTheClientsWouldRefuseOrPassOver(String name, String value, String fault) {
    assertThat(faults(Map.of(name, value))).containsExactly(fault);
  }

  @Test
  void takesWhatTheyTake() {
    assertThat(
            faults(
                Map.of(
                    "compression.type", "zstd",
                    "client.rack", "a",
                    "retry.backoff.ms", "200",
                    "config.providers", "file",
                    "config.providers.file.class", "com.example.Files",
                    "ssl.truststore.password", "${file:/etc/kafka:password}",
                    "request.timeout.ms", "${file:/etc/kafka:timeout}")))
        .isEmpty();
  }

  /** Who brings a class of their own may configure it. */
  @Test
  void takesAnyNameBesideAClassThatKafkaDoesNotHave() {
    assertThat(
            faults(
                Map.of(
                    "sasl.login.callback.handler.class", "com.example.Login",
                    "example.region", "eu")))
        .isEmpty();
  }

  @Test
  void leavesToOthersWhatTheyCheck() {
    assertThat(faults(Map.of("acks", "3x", "linger.ms", "x"), Set.of("acks")))
        .containsExactly(
            "kafka.properties.linger.ms: is not valid: Not a number of type LONG, got \"x\"");
  }

  private static List<String> faults(Map<String, String> properties) {
    return faults(properties, Set.of());
  }

  private static List<String> faults(Map<String, String> properties, Set<String> except) {
    Violations faults = new Violations();
    KafkaClientProperties.check(properties, except, faults);
    return faults.all().stream().map(Violation::toString).toList();
  }
}
