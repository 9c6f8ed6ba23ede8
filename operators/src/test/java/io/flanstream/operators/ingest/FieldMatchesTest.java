package io.flanstream.operators.ingest;

import static io.flanstream.operators.ingest.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.deadletter.RejectedRecordException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldMatchesTest {
  private static final String RECORD =
      "{\"id\": 1, \"text\": \"a\", \"body\": {\"subject\": \"s\", \"to\": {\"n\": 2}}, \"a/b\": null}";

  @Test
  void namesThePathsThatLeadNowhereAndTheFieldsThatAreThere() {
    FieldMatches matches = matches(fields("text", "number", "id", "/body/subjet", "kafka:topic"));
    assertThat(matches.isComplete()).isTrue();
    assertThat(matches.notes())
        .containsOnlyKeys("number", "/body/subjet")
        .containsEntry(
            "number",
            "source.id: \"number\" is in none of the first 100 records, which have /body/subject, /body/to/n, a/b, id, text")
        .containsEntry(
            "/body/subjet",
            "source.attributes: \"/body/subjet\" is in none of the first 100 records, which have /body/subject, /body/to/n, a/b, id, text");
  }

  @Test
  void saysNothingOfTheUsualIdAndTime() {
    assertThat(matches(fields("text", "id", "eventTime")).notes()).isEmpty();
  }

  @Test
  void seesTheRecordsThatAreRefused() {
    assertThat(matches(fields("txt", "id", "eventTime")).notes())
        .hasEntrySatisfying(
            "txt", note -> assertThat(note).startsWith("source.text: \"txt\" is in none of"));
  }

  private static EventFields fields(String text, String id, String time, String... attributes) {
    return new EventFields(
        FieldPath.parse(text),
        FieldPath.parse(id),
        FieldPath.parse(time),
        List.of(attributes).stream().map(FieldPath::parse).toList());
  }

  private static FieldMatches matches(EventFields fields) {
    FieldMatches matches = new FieldMatches(fields);
    EventReader reader =
        new EventReader(new PayloadForm(PayloadFormat.JSON, null, fields)).noting(matches);
    for (int i = 0; i < FieldMatches.RECORDS + 5; i++) {
      try {
        reader.read(record(RECORD));
      } catch (RejectedRecordException e) {
        assertThat(e.getMessage()).startsWith("Cannot use record");
      }
    }
    return matches;
  }
}
