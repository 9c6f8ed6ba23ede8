package io.flanstream.operators.serialize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.ingest.FieldPath;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wherever an envelope, a key or a header has a hidden value, no dead letter has it. */
class EnvelopeRedactionTest {
  private static final String SECRET = "geheim 4711";
  private static final String RECORD =
      "{\"text\":\"" + SECRET + "\",\"n\":{\"text\":\"" + SECRET + "\"}}";
  private static final String ENCODED = Base64.getEncoder().encodeToString(RECORD.getBytes(UTF_8));
  private static final List<String> WRAPPED =
      List.of(
          "RECORD",
          "{'op':'c','before':RECORD,'after':RECORD}",
          "{'op':'c','before':null,'after':'TEXT'}",
          "{'op':'x','before':'TEXT','after':RECORD}",
          "{'schema':{},'payload':{'op':'u','before':RECORD,'after':RECORD}}",
          "{'schema':{},'payload':{'op':'u','after':'TEXT'}}",
          "{'schema':{},'payload':RECORD}",
          "{'schema':{},'payload':'TEXT'}",
          "{'payload':[RECORD]}",
          "{'specversion':'1.0','data':RECORD}",
          "{'specversion':'1.0','data':'TEXT'}",
          "{'specversion':'1.0','data':[RECORD]}",
          "{'specversion':'1.0','data_base64':'ENCODED'}",
          "{'specversion':1,'data_base64':'ENCODED'}",
          "{'op':'c','after':RECORD",
          "[RECORD]");

  @ParameterizedTest
  @EnumSource
  void noLetterHasTheField(Envelope envelope) {
    Random random = new Random(envelope.ordinal());
    for (int i = 0; i < 400; i++) {
      String written = WRAPPED.get(random.nextInt(WRAPPED.size()));
      if (envelope == Envelope.NONE) {
        written = "RECORD";
      }
      boolean framed = random.nextBoolean();
      String pointer = random.nextBoolean() ? "text" : "/n/text";
      List<FieldPath> fields =
          new ArrayList<>(List.of(FieldPath.parse("text"), FieldPath.parse("/n/text")));
      if (envelope != Envelope.NONE && random.nextBoolean()) {
        fields.add(FieldPath.parse("envelope:type"));
      }
      byte[] json =
          written
              .replace('\'', '"')
              .replace("RECORD", RECORD)
              .replace("TEXT", RECORD.replace("\"", "\\\""))
              .replace("ENCODED", ENCODED)
              .getBytes(UTF_8);
      byte[] value =
          framed
              ? ByteBuffer.allocate(5 + json.length).put((byte) 0).putInt(7).put(json).array()
              : json;
      PayloadFormat format = framed ? PayloadFormat.JSON_CONFLUENT : PayloadFormat.JSON;
      KafkaRecord record =
          new KafkaRecord(
              "in",
              0,
              0,
              0,
              (random.nextBoolean() ? SECRET : "key").getBytes(UTF_8),
              value,
              List.of(new KafkaHeader("h", ("x" + SECRET).getBytes(UTF_8))));
      assertNoSecret(
          new PayloadRedaction(format, envelope, fields)
              .redact(letter(format, envelope, pointer, record)),
          written);
    }
  }

  @Test
  void aKeyAHeaderAndAnAttributeOfACloudEventAreLeftOut() {
    KafkaRecord record =
        new KafkaRecord(
            "in",
            0,
            0,
            0,
            "geheim key".getBytes(UTF_8),
            "{\"a\":1}".getBytes(UTF_8),
            List.of(
                new KafkaHeader("user", SECRET.getBytes(UTF_8)),
                new KafkaHeader("ce_subject", SECRET.getBytes(UTF_8)),
                new KafkaHeader("ce_specversion", "1.0".getBytes(UTF_8))));
    PayloadRedaction redaction =
        new PayloadRedaction(
            PayloadFormat.JSON,
            Envelope.CLOUDEVENTS,
            List.of(
                FieldPath.parse("kafka:key/id"),
                FieldPath.parse("kafka:header/user"),
                FieldPath.parse("envelope:subject")));

    DeadLetter letter =
        redaction.redact(
            DeadLetters.of(
                record,
                Reason.INVALID_TEXT,
                "Cannot use record: \"kafka:header/user\" must be more, got " + SECRET));

    assertNoSecret(letter, "headers");
    assertThat(letter.getPayload()).isNotNull();
    assertThat(letter.getHeaders())
        .extracting(header -> header.getName())
        .containsExactly("ce_specversion");
    assertThat(letter.getRedacted())
        .containsExactly("kafka:key/id", "kafka:header/user", "envelope:subject");
    assertThat(letter.getLeftOut()).containsExactly("key", "headers");
  }

  private static DeadLetter letter(
      PayloadFormat format, Envelope envelope, String pointer, KafkaRecord record) {
    EventFields fields =
        new EventFields(
            FieldPath.parse("no-text"),
            FieldPath.parse(pointer),
            FieldPath.parse(pointer),
            List.of());
    try {
      var unused =
          new EventReader(new PayloadForm(format, null, fields, null, envelope, null, null))
              .read(record);
    } catch (RejectedRecordException e) {
      return DeadLetters.of(record, e.reason(), e.getMessage());
    }
    return DeadLetters.of(
        record, Reason.INVALID_ID, "Cannot use record: it must be other, got " + SECRET);
  }

  private static void assertNoSecret(DeadLetter letter, String what) {
    StringBuilder all = new StringBuilder(letter.getMessage());
    if (letter.getPayload() != null) {
      all.append(ISO_8859_1.decode(letter.getPayload().duplicate()));
    }
    if (letter.getLeftOut().contains("payload")) {
      // It cannot be read, and nobody knows what of the rest would repeat it.
      assertThat(all.toString()).doesNotContain("geheim");
      return;
    }
    if (letter.getKey() != null) {
      all.append(ISO_8859_1.decode(letter.getKey().duplicate()));
    }
    letter
        .getHeaders()
        .forEach(header -> all.append(ISO_8859_1.decode(header.getValue().duplicate())));
    assertThat(all.toString()).as(what).doesNotContain("geheim").doesNotContain(ENCODED);
  }
}
