package io.flanstream.operators.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryTest {
  private static final Duration SHORT = Duration.ofMillis(350);
  private static final Duration LONG = Duration.ofMinutes(1);

  private TestingRegistry server;

  @BeforeEach
  void start() throws IOException {
    server = new TestingRegistry();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void asksForEachSchemaOnceAndSaysWhoAsks() throws UnknownSchemaException {
    SchemaRegistry registry = server.schema(7, "\"string\"").provider(SHORT).open();

    for (int i = 0; i < 3; i++) {
      assertThat(registry.schema(7).getType()).isEqualTo(Schema.Type.STRING);
      assertUnknown(registry, 8, "the registry has no schema 8: it answered 404: Schema not found");
    }

    assertThat(server.asked())
        .startsWith("GET /schemas/ids/7 as Basic dTpw", "GET /schemas/ids/8 as Basic dTpw")
        .hasSizeLessThan(6)
        .filteredOn(request -> request.contains("/7"))
        .hasSize(1);
  }

  /** Somebody has just registered it with another instance. */
  @Test
  void waitsForASchemaThatAnInstanceDoesNotHaveYet() throws UnknownSchemaException {
    server
        .schema(7, "\"string\"")
        .trouble(4, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");

    assertThat(server.provider(LONG).open().schema(7).getType()).isEqualTo(Schema.Type.STRING);
    assertThat(server.asked()).hasSize(5);
  }

  /** Ids that nobody has registered are anybody's to write. */
  @Test
  void waitsNoLongerThanItsAllowance() {
    long[] now = {0};
    LagAllowance lag = new LagAllowance(LONG, () -> now[0]);
    Duration second = Duration.ofSeconds(1);
    long waited = 0;
    for (int id = 0; id < 30; id++) {
      long begun = now[0];
      while (lag.allows(begun, second)) {
        now[0] += second.toNanos();
        waited++;
      }
      assertThat(now[0] - begun).isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos());
    }
    assertThat(waited).isEqualTo(20);
    now[0] += Duration.ofMinutes(2).toNanos();
    assertThat(lag.allows(now[0], second)).isTrue();
    assertThat(new LagAllowance(Duration.ZERO, () -> 0).allows(0, second)).isFalse();
  }

  @Test
  void readsWhatASchemaRefersTo() throws UnknownSchemaException {
    String reference = "{\"name\": \"%1$s\", \"subject\": \"%1$s\", \"version\": %2$s}";
    server.answer(
        "GET /schemas/ids/1",
        200,
        """
        {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"A\\", \\"fields\\": [{\\"name\\": \\"b\\", \\"type\\": \\"B\\"}, {\\"name\\": \\"c\\", \\"type\\": \\"C\\"}]}",
         "references": [%s, %s]}
        """
            .formatted(reference.formatted("B", 3), reference.formatted("C", 1)));
    server.answer(
        "GET /subjects/B/versions/3",
        200,
        """
        {"schema": "{\\"type\\": \\"record\\", \\"name\\": \\"B\\", \\"fields\\": [{\\"name\\": \\"c\\", \\"type\\": \\"C\\"}]}",
         "references": [%s]}
        """
            .formatted(reference.formatted("C", 1)));
    server.answer(
        "GET /subjects/C/versions/1",
        200,
        """
        {"schema": "{\\"type\\": \\"enum\\", \\"name\\": \\"C\\", \\"symbols\\": [\\"X\\"]}"}
        """);

    Schema schema = server.provider(LONG).open().schema(1);

    assertThat(schema.getField("b").schema().getField("c").schema().getEnumSymbols())
        .containsExactly("X");
    assertThat(server.asked()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"schema\": \"syntax = 'proto3';\", \"schemaType\": \"PROTOBUF\"}|schema 1 must be Avro,"
            + " got PROTOBUF",
        "{\"schema\": \"\\\"B\\\"\"}|schema 1 must be Avro: ",
        "{}|schema 1 must be Avro: ",
        "{\"schema\": \"{\\\"type\\\": \\\"fixed\\\", \\\"name\\\": \\\"F\\\", \\\"size\\\":"
            + " 2147483647}\"}|schema 1 must be Avro: Cannot read arrays longer than",
        "{\"schema\": \"\\\"B\\\"\", \"references\": [{\"subject\": \"B\", \"version\": 1}]}|schema"
            + " 1 refers to /subjects/B/versions/1: the registry answered 404: Schema not found"
      },
      quoteCharacter = '`')
  void takesNoSchemaThatIsNotAvro(String answer, String message) {
    server.answer("GET /schemas/ids/1", 200, answer);

    assertUnknown(server.provider(LONG).open(), 1, message);
  }

  @ParameterizedTest
  @CsvSource({
    "500, '', answered 500",
    "503, '{\"message\": \"starting\\n\"}', answered 503: starting",
    "401, '{\"error_code\": 401, \"message\": \"Unauthorized\"}', answered 401: Unauthorized",
    "404, '<html>nothing here</html>', answered 404",
    "302, '', answered 302",
    "200, '<html>please log in</html>', answered 200: what is no answer of a schema registry"
  })
  void waitsForARegistryThatIsAwayButNotForEver(int status, String body, String said)
      throws UnknownSchemaException {
    server.schema(7, "\"string\"").answer("GET /schemas/types", 200, "[\"AVRO\"]");
    server.trouble(2, status, body);
    assertThat(server.provider(LONG).open().schema(7).getType()).isEqualTo(Schema.Type.STRING);

    server.trouble(Integer.MAX_VALUE, status, body);
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> server.provider(SHORT).open().schema(7))
        .withMessage(
            "Cannot ask schema registry: GET %s/schemas/ids/7 %s, for 350 ms",
            server.address(), said);
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> server.provider(Duration.ZERO).open().reach())
        .withMessage("Cannot ask schema registry: GET %s/schemas/types %s", server.address(), said);
  }

  @Test
  void goesOnToTheNextInstanceWhereNobodyListens() throws IOException, UnknownSchemaException {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    server.schema(7, "\"string\"");

    assertThat(access(LONG, nobody, server.address()).schema(7).getType())
        .isEqualTo(Schema.Type.STRING);
    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(() -> access(Duration.ZERO, nobody).reach())
        .withMessage(
            "Cannot ask schema registry: GET %s/schemas/types cannot be connected to", nobody);
  }

  @Test
  void registersASchemaAsItsFileHasIt() {
    Schema schema = EnrichedEvent.getClassSchema();
    server.answer("POST /subjects/out-value/versions", 200, "{\"id\": 12}");
    server.answer("POST /subjects/out-value", 200, "{\"id\": 13, \"version\": 1}");

    assertThat(Subject.ofValues(server.provider(LONG), "out", true).schemaId(schema)).isEqualTo(12);
    assertThat(Subject.ofValues(server.provider(LONG), "out", false).schemaId(schema))
        .isEqualTo(13);

    assertThat(server.asked())
        .hasSize(2)
        .allSatisfy(
            request ->
                assertThat(request)
                    .contains("EnrichedEvent", "timestamp-millis", "Chosen fields of the input")
                    .doesNotContain("avro.java"));
  }

  @ParameterizedTest
  @CsvSource({
    "409, 409, answered 409: incompatible",
    "422, 42201, answered 422: incompatible",
    "404, 40401, answered 404: incompatible"
  })
  void saysWhyTheRegistryDoesNotTakeASchema(int status, int code, String said) {
    server.answer(
        "POST /subjects/out-value/versions",
        status,
        "{\"error_code\": %s, \"message\": \"incompatible\"}".formatted(code));

    assertThatExceptionOfType(RegistryException.class)
        .isThrownBy(
            () ->
                Subject.ofValues(server.provider(LONG), "out", true)
                    .schemaId(EnrichedEvent.getClassSchema()))
        .withMessage(
            "Cannot register schema io.flanstream.schemas.EnrichedEvent under subject out-value:"
                + " the registry "
                + said);
    assertThat(server.asked()).hasSize(status == 409 ? 2 : 1);
  }

  @Test
  void findsWhatAnotherRegisteredAtTheSameMoment() {
    server.answer(
        "POST /subjects/out-value/versions",
        409,
        "{\"error_code\": 409, \"message\": \"already exists\"}");
    server.answer("POST /subjects/out-value", 200, "{\"id\": 13, \"version\": 1}");

    assertThat(
            Subject.ofValues(server.provider(LONG), "out", true)
                .schemaId(EnrichedEvent.getClassSchema()))
        .isEqualTo(13);
  }

  @Test
  void keepsThePasswordToItself() {
    assertThat(
            new RegistryAccess(
                List.of(server.address()), Optional.of("Basic dTpw"), Optional.empty(), LONG))
        .asString()
        .doesNotContain("dTpw");
  }

  private static SchemaRegistry access(Duration timeout, URI... addresses) {
    return new SchemaRegistry(
        new RegistryAccess(List.of(addresses), Optional.empty(), Optional.empty(), timeout));
  }

  private static void assertUnknown(SchemaRegistry registry, int id, String message) {
    assertThatExceptionOfType(UnknownSchemaException.class)
        .isThrownBy(() -> registry.schema(id))
        .withMessageStartingWith(message);
  }
}
