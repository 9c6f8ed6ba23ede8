package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.operators.ingest.CsvColumns;
import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceValuesTest {
  @TempDir static Path directory;

  @Test
  void readsEveryOption() {
    SourceValues csv =
        values(
            "format: csv, csv-columns: [id, subject, body], csv-separator: ';',"
                + " text-template: '{subject}: {/body}', id: kafka:key/id");
    assertThat(csv.csv()).contains(new CsvColumns(List.of("id", "subject", "body"), ';'));
    assertThat(csv.fields().template().fields())
        .extracting(FieldPath::written)
        .containsExactly("subject", "/body");
    assertThat(csv.fields().id().origin()).isEqualTo(FieldPath.Origin.KEY);
    SourceValues change =
        values("envelope: debezium, attributes: ['envelope:op', 'envelope:/before/state']");
    assertThat(change.envelope()).isEqualTo(Envelope.DEBEZIUM);
  }

  @Test
  void aCloudEventHasItsOwnIdAndTime() {
    SourceValues event = values("envelope: cloudevents");
    assertThat(event.fields().id()).isEqualTo(FieldPath.parse("envelope:id"));
    assertThat(event.fields().eventTime()).isEqualTo(FieldPath.parse("envelope:time"));
    assertThat(values("envelope: cloudevents, id: number").fields().id())
        .isEqualTo(FieldPath.parse("number"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format: csv | source.csv-columns: must name each column once where source.format is csv, got \"\"",
        "format: csv, csv-columns: [a] | source.text: must be one of source.csv-columns, got \"text\"",
        "format: csv, csv-columns: [text], csv-separator: ';;' | source.csv-separator: must be one character, no quote, got \";;\"",
        "csv-columns: [text] | source.csv-columns: must not be set where source.format is json, got",
        "format: protobuf | source.schema: must be set",
        "format: protobuf, schema: none.desc, protobuf-message: a.B | source.schema: must be a file with a descriptor set: ",
        "format: protobuf, schema: empty.desc, protobuf-message: a.B | source.schema: must have the message type a.B; it has the files",
        "format: protobuf, schema: text.desc, protobuf-message: a.B | source.schema: must be a descriptor set of protoc --descriptor_set_out: ",
        "format: protobuf-confluent | registry.url: must be set where source.format is protobuf-confluent",
        "format: json-confluent, schema: a | source.schema: must not be set where source.format is json or text, got \"a\"",
        "format: text, envelope: debezium | source.envelope: must be none or cloudevents where source.format is text, got debezium",
        "format: avro, envelope: connect | source.envelope: must be none, debezium or cloudevents where source.format is avro, got connect",
        "format: text, id: number | source.id: must not be set where source.format is text, which has no fields, got \"number\"",
        "attributes: ['envelope:op'] | source.attributes: must be a field of the record where source.envelope is none, got \"envelope:op\"",
        "id: 'kafka:offset' | source.id: must be kafka:key, kafka:key/NAME, kafka:header/NAME, kafka:topic or envelope:NAME; a field of such a name is written with a slash before it, got \"kafka:offset\"",
        "topic-formats: { in: csv } | source.topic-formats.in: must be one of json, json-confluent, text, avro-confluent, protobuf-confluent, got csv",
        "topic-formats: { out: json } | source.topic-formats.out: must be of a topic that is read, got out",
        "topic-formats: { in: avro-confluent } | registry.url: must be set where source.topic-formats is avro-confluent",
        "topic-formats: { in: text }, envelope: debezium | source.topic-formats.in: must be none or cloudevents where source.format is text, got debezium",
        "text: a, text-template: '{b}' | source.text: must not be set beside source.text-template, got \"a\"",
        "text-template: '{b' | source.text-template: must close the brace that is opened at character 1, got \"{b\"",
      })
  void otherwiseAreAFault(String source, String fault) throws IOException {
    Files.write(directory.resolve("empty.desc"), new byte[0]);
    Files.writeString(directory.resolve("text.desc"), "syntax");
    assertThatThrownBy(() -> values(source)).hasMessageContaining(fault);
  }

  @Test
  void topicsHaveFormsOfTheirOwn() {
    SourceValues values =
        values(
            "topic-formats: { in: json-confluent }, topic-envelopes: { in: debezium },"
                + " attributes: ['envelope:op']");
    assertThat(values.format()).isEqualTo(PayloadFormat.JSON);
    assertThat(values.topics().get("in").format()).isEqualTo(PayloadFormat.JSON_CONFLUENT);
    assertThat(values.topics().get("in").envelope()).isEqualTo(Envelope.DEBEZIUM);
  }

  @Test
  void aTextHasAKeyAndHeaders() {
    assertThat(
            values("format: text, id: kafka:key, attributes: ['kafka:header/lang', 'kafka:topic']")
                .fields()
                .attributes())
        .extracting(FieldPath::name)
        .containsExactly("lang", "topic");
  }

  private static SourceValues values(String source) {
    return TestingPipelineFile.reading(source, directory).source().values();
  }
}
