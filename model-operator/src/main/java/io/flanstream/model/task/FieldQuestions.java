package io.flanstream.model.task;

import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.Span;
import io.flanstream.model.decode.SpanAnswer;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** An extraction: one prompt that asks for all fields, or one for each. */
final class FieldQuestions implements PreparedTask {
  private final ExtractionTask task;
  private final List<FramedPrompt> prompts;
  private final AnswerForm form;

  FieldQuestions(TextModel model, ExtractionTask task) {
    TextTokenizer tokenizer = model.tokenizer();
    int[] absent = tokenizer.ids(PromptTemplates.ABSENT);
    this.task = task;
    this.prompts =
        (task.fieldsAtOnce()
                ? List.of(PromptTemplates.fields(task))
                : task.fields().stream().map(field -> PromptTemplates.field(task, field)).toList())
            .stream().map(prompt -> FramedPrompt.of(task.name(), prompt, tokenizer)).toList();
    this.form =
        task.fieldsAtOnce()
            ? new AnswerForm(leads(task.fields(), tokenizer), absent)
            : AnswerForm.single(absent);
  }

  /** {@code people : }, then {@code ; date : } and so on. */
  private static List<int[]> leads(List<Field> fields, TextTokenizer tokenizer) {
    List<int[]> leads = new ArrayList<>();
    for (Field field : fields) {
      String lead = (leads.isEmpty() ? "" : "; ") + field.text() + " :";
      leads.add(tokenizer.ids(lead));
    }
    return leads;
  }

  @Override
  public CompletableFuture<TaskAnswer> run(TaskRequest request) {
    List<CompletableFuture<List<SpanAnswer>>> answers =
        prompts.stream().map(prompt -> request.extract(prompt, form)).toList();
    return Futures.all(answers)
        .thenApply(values -> answer(values.stream().flatMap(List::stream).toList()));
  }

  private TaskAnswer answer(List<SpanAnswer> answers) {
    List<ExtractedField> found = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < task.fields().size(); i++) {
      Field field = task.fields().get(i);
      String name = field.name();
      double score = answers.get(i).probability();
      Optional<Span> span = answers.get(i).span().filter(s -> score >= task.threshold());
      span.ifPresent(s -> found.add(found(field, s, score)));
      if (span.isEmpty()) {
        absent.add(name);
      }
    }
    return TaskAnswer.of(new Extraction(task.name(), found, absent));
  }

  /** A value that is not of the field's type is told as it stands, under the type. */
  private static ExtractedField found(Field field, Span span, double score) {
    return new ExtractedField(
        field.name(),
        span.value(),
        span.start(),
        span.end(),
        score,
        field.type() == Field.Type.TEXT ? null : Words.of(field.type()),
        TypedValue.of(field, span.value()).orElse(null));
  }
}
