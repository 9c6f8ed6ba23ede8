package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flanstream.model.TestingTextModel;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TypedFieldTest {

  @Test
  void aValueHasItsOneFormBesideTheSpanOrNone() {
    ExtractionTask task =
        ExtractionTask.of(
            "booking",
            List.of(
                new Field("what", "what", null, Field.Type.ENUM, Locale.US, List.of("TABLE")),
                new Field("date", "date", null, Field.Type.DATE),
                new Field("time", "time", null, Field.Type.INTEGER)),
            false);
    TestingTextModel model =
        new TestingTextModel(
            200,
            (prompt, choice) -> 0.0,
            prompt ->
                prompt.contains("what?")
                    ? "table"
                    : prompt.contains("date?") ? "unanswerable" : "8pm");
    Extraction extraction =
        new TaskRunner(model, TaskSet.of(List.of(task)), OverlongPolicy.REJECT)
            .run("Book a (Table) for 12 at 8pm")
            .join()
            .extractions()
            .get(0);
    assertThat(extraction.getFields())
        .extracting(
            ExtractedField::getValue, ExtractedField::getType, ExtractedField::getTypedValue)
        .containsExactly(tuple("Table", "enum", "TABLE"), tuple("8pm", "integer", null));
    assertThat(extraction.getAbsent()).containsExactly("date");
  }
}
