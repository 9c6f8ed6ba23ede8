package io.flanstream.model.task;

import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.Span;
import io.flanstream.model.decode.SpanAnswer;
import io.flanstream.model.future.Futures;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** An extraction: one prompt that asks for all fields, or one for each. */
final class FieldQuestions implements PreparedTask {
  /** A text with more values than this has them cut off. */
  static final int MOST_VALUES = 16;

  private final ExtractionTask task;
  private final List<FramedPrompt> prompts;
  private final List<AnswerForm> forms;

  FieldQuestions(TextModel model, ExtractionTask task) {
    TextTokenizer tokenizer = model.tokenizer();
    int[] absent = tokenizer.ids(PromptTemplates.ABSENT);
    this.task = task;
    this.prompts =
        (task.fieldsAtOnce()
                ? List.of(PromptTemplates.fields(task))
                : task.fields().stream().map(field -> PromptTemplates.field(task, field)).toList())
            .stream().map(prompt -> FramedPrompt.of(task.name(), prompt, tokenizer)).toList();
    AnswerForm one = AnswerForm.single(absent);
    AnswerForm many = AnswerForm.many(MOST_VALUES, tokenizer.ids(PromptTemplates.BETWEEN), absent);
    this.forms =
        task.fieldsAtOnce()
            ? List.of(new AnswerForm(leads(task.fields(), tokenizer), absent))
            : task.fields().stream()
                .map(field -> field.values() == Field.Values.MANY ? many : one)
                .toList();
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
  public CompletableFuture<TaskAnswer> run(TaskRequest request, PriorAnswers prior) {
    List<CompletableFuture<List<SpanAnswer>>> answers =
        IntStream.range(0, prompts.size())
            .mapToObj(i -> request.extract(prompts.get(i), forms.get(i)))
            .toList();
    return Futures.all(answers)
        .thenApply(values -> answer(task.fieldsAtOnce() ? apart(values.get(0)) : values));
  }

  private static List<List<SpanAnswer>> apart(List<SpanAnswer> answers) {
    return answers.stream().map(List::of).toList();
  }

  private TaskAnswer answer(List<List<SpanAnswer>> answers) {
    List<ExtractedField> found = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (int i = 0; i < task.fields().size(); i++) {
      Field field = task.fields().get(i);
      SortedMap<Span, Double> values = values(answers.get(i));
      values.forEach((span, score) -> found.add(found(field, span, score)));
      if (values.isEmpty()) {
        absent.add(field.name());
      }
    }
    return TaskAnswer.of(new Extraction(task.name(), found, absent));
  }

  /** In the order of the text. A value that was written again is its next occurrence, if any. */
  private SortedMap<Span, Double> values(List<SpanAnswer> answers) {
    SortedMap<Span, Double> values =
        new TreeMap<>(Comparator.comparingInt(Span::start).thenComparingInt(Span::end));
    for (SpanAnswer answer : answers) {
      if (answer.probability() >= task.threshold()) {
        answer.occurrences().stream()
            .filter(span -> !values.containsKey(span))
            .findFirst()
            .ifPresent(span -> values.put(span, answer.probability()));
      }
    }
    return values;
  }

  /** A value that is not of the field's type is told as it stands, under the type. */
  private static ExtractedField found(Field field, Span span, double score) {
    return new ExtractedField(
        field.name(),
        span.value(),
        span.start(),
        span.end(),
        score,
        field.type() == Field.Type.TEXT ? null : ConstantNames.of(field.type()),
        TypedValue.of(field, span.value()).orElse(null));
  }
}
