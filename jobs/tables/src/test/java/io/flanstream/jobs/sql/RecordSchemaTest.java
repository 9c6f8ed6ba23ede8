package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class RecordSchemaTest {

  /** A program that knows nothing but the schema reads what is on the topic. */
  @Test
  void avroSchemaIsWhole() throws IOException {
    String printed = print("avro", RecordSchema.Records.ENRICHED, RecordSchema.Form.AVRO);
    Schema schema = new Schema.Parser().parse(printed);
    assertThat(printed).doesNotContain("avro.java");
    assertSame(schema, EnrichedForms.WITHOUT_GENERATIONS);
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(schema)
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(
                        TestingResults.bytes(TestingResults.event("m-1", "refund", "20 quid")),
                        null));
    assertThat(read.get("id")).hasToString("m-1");
    assertSame(
        new Schema.Parser()
            .parse(print("json", RecordSchema.Records.DEAD_LETTERS, RecordSchema.Form.AVRO)),
        DeadLetter.getClassSchema());
  }

  private static void assertSame(Schema schema, Schema other) {
    assertThat(SchemaNormalization.toParsingForm(schema))
        .isEqualTo(SchemaNormalization.toParsingForm(other));
  }

  @Test
  void jsonSchemaDescribesWhatIsInTheRecords() throws IOException {
    JsonNode schema =
        new ObjectMapper()
            .readTree(print("json", RecordSchema.Records.ENRICHED, RecordSchema.Form.JSON_SCHEMA));
    JsonNode record =
        new ObjectMapper()
            .readTree(TestingResults.json(TestingResults.event("m-1", "refund", "20 quid")));
    assertFits(record, schema, schema);
    assertThat(schema.path("properties").path("id").path("type").asText()).isEqualTo("string");
    assertThat(schema.path("properties").path("eventTime").path("format").asText())
        .isEqualTo("date-time");
    assertThat(schema.path("required")).extracting(JsonNode::asText).contains("id", "source");
  }

  /** The part of JSON Schema that these schemas have. */
  private static void assertFits(JsonNode value, JsonNode type, JsonNode root) {
    if (type.has("$ref")) {
      assertFits(value, root.at(type.get("$ref").asText().substring(1)), root);
    } else if (type.has("anyOf")) {
      JsonNode any = type.get("anyOf");
      assertFits(
          value,
          any.get(0).path("type").asText().equals("null") ^ value.isNull()
              ? any.get(1)
              : any.get(0),
          root);
    } else {
      String kind = value.getNodeType().name().toLowerCase(Locale.ROOT);
      String wanted = type.get("type").asText().replace("integer", "number");
      assertThat(kind).as(value + " " + type).isEqualTo(wanted);
      for (JsonNode element : value.isArray() ? value : root.path("none")) {
        assertFits(element, type.get("items"), root);
      }
      Iterator<String> names = value.fieldNames();
      while (names.hasNext()) {
        String name = names.next();
        JsonNode field =
            type.has("properties")
                ? type.get("properties").get(name)
                : type.get("additionalProperties");
        assertThat(field).as(name).isNotNull();
        assertFits(value.get(name), field, root);
      }
    }
  }

  @Test
  void tableIsOfTheTopicsFormatAndHasNoSecret() {
    assertThat(print("avro-confluent", RecordSchema.Records.DEAD_LETTERS, RecordSchema.Form.SQL))
        .startsWith(
            "CREATE TABLE `dead_letters` (\n  `source` ROW<`topic` VARCHAR(2147483647) NOT NULL")
        .contains("'format' = 'avro-confluent'", "'avro-confluent.url' = 'http://127.0.0.1:1'")
        .doesNotContain("hunter2");
  }

  private static String print(String format, RecordSchema.Records records, RecordSchema.Form form) {
    Pipeline pipeline =
        PipelineFile.parse(
            """
            name: test
            kafka:
              bootstrap-servers: "localhost:1"
              properties: { security.protocol: SSL, ssl.keystore.password: hunter2 }
            registry: { url: "http://127.0.0.1:1" }
            source: { topic: messages }
            model: { path: none }
            tasks: [ { name: intent, type: classification, labels: [refund, other] } ]
            sink: { topic: enriched, format: %1$s }
            dead-letters: { topic: dead, format: %1$s }
            """
                .formatted(format),
            "test",
            Path.of(""));
    return RecordSchema.of(pipeline, records, form);
  }
}
