package io.flanstream.operators.ingest;

import static io.flanstream.operators.ingest.TestingRecords.fields;
import static io.flanstream.operators.ingest.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.TestingOutput;
import io.flanstream.schemas.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema that may hold itself, and values as deep as somebody cares to make them. */
class NestedAvroTest {
  private static final int MOST_RECORDS = 100;
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Message", "fields": [
        {"name": "parent", "type": ["null", "Message"]},
        {"name": "text", "type": "string"}]}
      """;
  private static final PayloadForm FORM =
      new PayloadForm(PayloadFormat.AVRO, SCHEMA, fields("parent"));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, MOST_RECORDS, MOST_RECORDS + 1, 1000, 3000, 10_000, 100_000})
  void takesWhatIsNotTooDeep(int records) throws Exception {
    TestingOutput<SourcedEvent> output =
        TestingOutput.of(
            new IngestFunction(FORM),
            List.of(record(null, nested(records)), record(null, nested(1))));

    assertThat(output.records()).hasSize(records <= MOST_RECORDS ? 2 : 1);
    assertThat(output.deadLetters())
        .extracting(DeadLetter::getMessage)
        .hasSize(records <= MOST_RECORDS ? 0 : 1)
        .allSatisfy(message -> assertThat(message).endsWith("records are nested deeper than 100"));
  }

  private static byte[] nested(int records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int level = 1; level < records; level++) {
      out.write(2);
    }
    out.write(0);
    for (int level = 0; level < records; level++) {
      out.writeBytes(new byte[] {2, 'a'});
    }
    return out.toByteArray();
  }
}
