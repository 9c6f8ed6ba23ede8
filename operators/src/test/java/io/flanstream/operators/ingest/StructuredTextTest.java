package io.flanstream.operators.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.operators.deadletter.RejectedRecordException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "{\"name\": \"Ann\", \"age\": 31} ~ name : Ann | age : 31",
        "{\"id\": 7, \"sender\": {\"name\": \"Ann\", \"at\": {\"city\": \"Oslo\"}}} ~ id : 7 | sender name : Ann | sender at city : Oslo",
        "{\"a\": null, \"b\": \"\", \"c\": false, \"price\": 12.50} ~ c : false | price : 12.50",
        "{\"tags\": [\"new\", 2, true]} ~ tags : new, 2, true",
        "[{\"name\": \"Ann\", \"age\": 31}, {\"name\": \"Ben\", \"age\": 25}] ~ col : name | age row 1 : Ann | 31 row 2 : Ben | 25",
        "[{\"a\": 1}, {\"b\": {\"c\": 2}}] ~ col : a | b c row 1 : 1 |  row 2 :  | 2",
        "[[\"name\", \"age\"], [\"Ann\", 31], [\"Ben\", 25]] ~ col : name | age row 1 : Ann | 31 row 2 : Ben | 25",
        "{\"order\": 9, \"items\": [{\"item\": \"tea\", \"price\": 2}]} ~ order : 9 | items : col : item | price row 1 : tea | 2",
        "[\"one\", {\"two\": 2}] ~ one, two : 2",
        "{} ~ ''",
        "[] ~ ''",
      })
  void writesRecordsAndTablesInALine(String json, String line) {
    assertThat(StructuredText.of(json)).isEqualTo(line.equals("''") ? "" : line);
  }

  @Test
  void aTextThatIsARecordIsWrittenOutWhereItIsAskedFor() throws RejectedRecordException {
    assertThat(read(true, "{\"text\": [{\"name\": \"Ann\"}, {\"name\": \"Ben\"}]}"))
        .isEqualTo("col : name row 1 : Ann row 2 : Ben");
    assertThat(read(true, "{\"text\": \"as it is : here\"}")).isEqualTo("as it is : here");
    assertThatThrownBy(() -> read(false, "{\"text\": {\"name\": \"Ann\"}}"))
        .isInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("must be a string");
    assertThatThrownBy(() -> read(true, "{\"text\": {\"name\": null}}"))
        .isInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("must have more than white space");
    assertThatThrownBy(() -> read(true, "{\"text\": 7}"))
        .isInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("must be a string");
  }

  private static String read(boolean structured, String json) throws RejectedRecordException {
    EventFields fields =
        new EventFields(
            FieldPath.parse("text"),
            FieldPath.parse("id"),
            FieldPath.parse("eventTime"),
            List.of(),
            structured,
            null);
    return new EventReader(new PayloadForm(PayloadFormat.JSON, null, fields))
        .read(TestingRecords.record(json))
        .getText();
  }
}
