package io.flanstream.operators.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {
  private static final String ROW = "{\"id\":7,\"text\":\"where is my card\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'before':null,'after':ROW,'op':'c'}",
        "{'schema':{'type':'struct'},'payload':{'before':{'id':7,'text':'old'},'after':ROW,'op':'u'}}",
      })
  void aRowAfterAChangeIsTheRecord(String json) throws RejectedRecordException {
    TextEvent event = read(Envelope.DEBEZIUM, json, "envelope:op", "envelope:/before/text");
    assertThat(event.getText()).isEqualTo("where is my card");
    assertThat(event.getId()).isEqualTo("7");
    assertThat(event.getAttributes()).containsEntry("op", json.contains("'u'") ? "u" : "c");
    assertThat(event.getAttributes().get("text")).isEqualTo(json.contains("'u'") ? "old" : null);
  }

  @Test
  void aDeletedRowIsATombstone() throws RejectedRecordException {
    assertThat(read(Envelope.DEBEZIUM, "{'before':ROW,'after':null,'op':'d'}")).isNull();
    assertThat(read(Envelope.CONNECT, "{'schema':null,'payload':null}")).isNull();
  }

  @Test
  void aPayloadBesideItsSchemaIsTheRecord() throws RejectedRecordException {
    assertThat(read(Envelope.CONNECT, "{'schema':{},'payload':ROW}").getText())
        .isEqualTo("where is my card");
  }

  @Test
  void dataOfACloudEventAreTheRecord() throws RejectedRecordException {
    TextEvent event =
        read(
            Envelope.CLOUDEVENTS,
            "{'specversion':'1.0','id':'e1','type':'t','source':'s','data':ROW}",
            "envelope:type");
    assertThat(event.getId()).isEqualTo("7");
    assertThat(event.getAttributes()).isEqualTo(Map.of("type", "t"));
    assertThat(
            read(
                    Envelope.CLOUDEVENTS,
                    "{'specversion':'1.0','id':'e1','data_base64':'"
                        + java.util.Base64.getEncoder().encodeToString(ROW.getBytes(UTF_8))
                        + "'}")
                .getText())
        .isEqualTo("where is my card");
  }

  @Test
  void attributesOfABinaryCloudEventAreHeaders() throws RejectedRecordException {
    KafkaRecord record =
        record(
            null,
            ROW,
            new KafkaHeader("ce_specversion", "1.0".getBytes(UTF_8)),
            new KafkaHeader("ce_type", "asked".getBytes(UTF_8)),
            new KafkaHeader("content-type", "application/json".getBytes(UTF_8)));
    TextEvent event =
        reader(Envelope.CLOUDEVENTS, "text", "envelope:type", "envelope:datacontenttype")
            .read(record);
    assertThat(event.getAttributes())
        .isEqualTo(Map.of("type", "asked", "datacontenttype", "application/json"));
    assertThat(reader(Envelope.CLOUDEVENTS, "envelope:data").read(record).getText()).isEqualTo(ROW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEBEZIUM | {'a':1} | Cannot open envelope: \"/op\" must be c, r, u or d, got nothing",
        "DEBEZIUM | {'op':'t'} | Cannot open envelope: \"/op\" must be c, r, u or d, got \"t\"",
        "DEBEZIUM | {'op':'c','after':'{}'} | Cannot open envelope: \"/after\" must be a record, got \"{}\"",
        "CONNECT | {'payload':{}} | Cannot open envelope: \"/schema\" must be there, got nothing",
        "CONNECT | {'schema':{}} | Cannot open envelope: \"/payload\" must be there, got nothing",
        "CLOUDEVENTS | {'data':{}} | Cannot open envelope: \"/specversion\" must be there, or the header ce_specversion, got nothing",
        "CLOUDEVENTS | {'specversion':'1.0','data_base64':'%'} | Cannot open envelope: \"/data_base64\" must be Base64, got \"%\"",
      })
  void refusalsNameThePlace(Envelope envelope, String json, String message) {
    assertThatThrownBy(() -> read(envelope, json))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_ENVELOPE))
        .hasMessage(message);
  }

  @Test
  void keyHeadersAndTopicAreIdTextAndAttributes() throws RejectedRecordException {
    EventFields fields =
        new EventFields(
            FieldPath.parse("kafka:header/subject"),
            FieldPath.parse("kafka:key/order/id"),
            FieldPath.parse("eventTime"),
            Arrays.asList(
                FieldPath.parse("kafka:key"),
                FieldPath.parse("kafka:topic"),
                FieldPath.parse("kafka:header/absent")));
    TextEvent event =
        new EventReader(new PayloadForm(PayloadFormat.JSON, null, fields))
            .read(
                record(
                    "{\"order\":{\"id\":12}}",
                    "{}",
                    new KafkaHeader("subject", "old".getBytes(UTF_8)),
                    new KafkaHeader("subject", "Lost card".getBytes(UTF_8))));
    assertThat(event.getText()).isEqualTo("Lost card");
    assertThat(event.getId()).isEqualTo("12");
    assertThat(event.getAttributes())
        .isEqualTo(Map.of("key", "{\"order\":{\"id\":12}}", "topic", "in"));
  }

  @Test
  void aKeyOrHeaderThatCannotBeReadIsNamed() {
    assertThatThrownBy(
            () ->
                reader(Envelope.NONE, "kafka:header/subject")
                    .read(record(null, "{}", new KafkaHeader("subject", new byte[] {(byte) 0xff}))))
        .hasMessage("Cannot decode \"kafka:header/subject\": byte 0 of 1 must be UTF-8, got 0xff");
    assertThatThrownBy(() -> reader(Envelope.NONE, "kafka:key/a").read(record("[]", "{}")))
        .hasMessage("Cannot decode key: it must be a JSON object, got array");
  }

  @Test
  void aTemplateJoinsFields() throws RejectedRecordException {
    assertThat(templated("{/subject}\n{body} {{{n}}}", "{'subject':'Card','body':'lost','n':1.50}"))
        .isEqualTo("Card\nlost {1.50}");
    assertThat(templated("{/subject}: {body}", "{'body':'lost'}")).isEqualTo(": lost");
    assertThatThrownBy(() -> templated("a {b} {c}", "{}"))
        .hasMessage("Cannot use record: \"b\", \"c\" must be there, got nothing");
    assertThatThrownBy(() -> templated("a {b}", "{'b':[1]}"))
        .hasMessage("Cannot use record: \"b\" must be a scalar in a text template, got [1]");
    assertThatThrownBy(() -> TextTemplate.parse("a {b"))
        .hasMessage("must close the brace that is opened at character 3");
    assertThatThrownBy(() -> TextTemplate.parse("a } {b}"))
        .hasMessage("must open the brace that is closed at character 3, or write it twice");
    assertThatThrownBy(() -> TextTemplate.parse("a")).hasMessageStartingWith("must name a field");
  }

  private static String templated(String template, String json) throws RejectedRecordException {
    EventFields fields =
        new EventFields(
            FieldPath.parse("text"),
            FieldPath.parse("id"),
            FieldPath.parse("eventTime"),
            List.of(),
            false,
            TextTemplate.parse(template),
            null);
    return new EventReader(new PayloadForm(PayloadFormat.JSON, null, fields))
        .read(record(null, json.replace('\'', '"')))
        .getText();
  }

  private static TextEvent read(Envelope envelope, String json, String... attributes)
      throws RejectedRecordException {
    return reader(envelope, "text", attributes)
        .read(record(null, json.replace('\'', '"').replace("ROW", ROW)));
  }

  private static EventReader reader(Envelope envelope, String text, String... attributes) {
    EventFields fields =
        new EventFields(
            FieldPath.parse(text),
            FieldPath.parse("id"),
            FieldPath.parse("eventTime"),
            Arrays.stream(attributes).map(FieldPath::parse).toList());
    return new EventReader(
        new PayloadForm(PayloadFormat.JSON, null, fields, null, envelope, null, null));
  }

  private static KafkaRecord record(String key, String value, KafkaHeader... headers) {
    return new KafkaRecord(
        "in",
        0,
        3,
        1_000,
        key == null ? null : key.getBytes(UTF_8),
        value.getBytes(UTF_8),
        List.of(headers));
  }
}
