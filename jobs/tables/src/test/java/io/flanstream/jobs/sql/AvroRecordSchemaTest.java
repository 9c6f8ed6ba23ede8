package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flanstream.operators.deadletter.ReleasedDeadLetter;
import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of a topic that more than one release has written to. */
class AvroRecordSchemaTest {
  private static final Path RELEASED =
      TestingSql.ROOT.resolve("schemas/src/test/resources/released/0.1.0");
  private static final AvroRecordSchema LETTERS =
      new AvroRecordSchema(
          List.of(DeadLetter.getClassSchema(), ReleasedDeadLetter.SCHEMA),
          DeadLetter.getClassSchema());

  /** The schema is worked out from today's, and has to stay the released one. */
  @Test
  void knowsTheReleasedSchema() throws IOException {
    Schema released = new Schema.Parser().parse(RELEASED.resolve("DeadLetter.avsc").toFile());
    assertThat(ReleasedDeadLetter.SCHEMA.getFields())
        .extracting(Schema.Field::name)
        .containsExactlyElementsOf(released.getFields().stream().map(Schema.Field::name).toList());
  }

  @ParameterizedTest
  @CsvSource({"DeadLetter-full", "DeadLetter-least"})
  void readsLettersOfTheReleaseBefore(String sample) throws IOException {
    LETTERS.open(null);
    GenericRecord letter =
        LETTERS.deserialize(Files.readAllBytes(RELEASED.resolve(sample + ".avro")));
    assertThat(letter.get("message")).hasToString("line 1, column 2: got '<'");
    assertThat(letter.get("leftOut")).isNull();
  }

  @Test
  void refusesWhatIsNeither() {
    LETTERS.open(null);
    assertThatIOException()
        .isThrownBy(() -> LETTERS.deserialize(new byte[] {2}))
        .withMessageStartingWith("Cannot decode value: ");
  }
}
