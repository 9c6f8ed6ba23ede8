package io.flanstream.model.task;

import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.TextModel;
import io.flanstream.schemas.Generation;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A generation: one prompt, which may have answers of other tasks in it. */
final class GenerationQuestion implements PreparedTask {
  private final TextModel model;
  private final GenerationTask task;
  private final GenerationTemplate template;
  private final Map<String, TaskReference> references;
  private final GenerationConfig decoding;

  GenerationQuestion(TextModel model, GenerationTask task, TaskSet tasks) {
    this.model = model;
    this.task = task;
    this.template = new GenerationTemplate(task.template());
    this.references =
        template.others().stream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    place -> TaskReferences.of(place, tasks.tasks()).orElseThrow()));
    this.decoding = task.decoding().config();
  }

  @Override
  public CompletableFuture<TaskAnswer> run(TaskRequest request, PriorAnswers prior) {
    Prompt prompt =
        template.fill(
            references.entrySet().stream()
                .collect(
                    Collectors.toMap(Map.Entry::getKey, entry -> prior.text(entry.getValue()))));
    CompletableFuture<GenerationOutput> written =
        template.texts() == 0
            ? request.generate(prompt.before(), decoding)
            : request.generate(FramedPrompt.of(task.name(), prompt, model.tokenizer()), decoding);
    return written.thenApply(output -> TaskAnswer.of(answer(output)));
  }

  private Generation answer(GenerationOutput output) {
    return new Generation(
        task.name(), output.text(), concluded(unstopped(output)), output.logprob(), output.ended());
  }

  /** The text before the stop string that ended it; a token may go on beyond its end. */
  private String unstopped(GenerationOutput output) {
    String text = output.text();
    int end = text.length();
    for (String stop : task.decoding().stopStrings()) {
      int at = text.indexOf(stop.strip());
      end = at >= 0 && !stop.isBlank() ? Math.min(end, at) : end;
    }
    return text.substring(0, end).strip();
  }

  /** What follows the last of the words that the answer comes after, without a full stop. */
  private String concluded(String text) {
    if (task.answerAfter() == null) {
      return text;
    }
    Pattern words =
        Pattern.compile(
            Pattern.quote(task.answerAfter()) + "\\s*:?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    return words
        .matcher(text)
        .results()
        .map(MatchResult::end)
        .reduce((first, last) -> last)
        .map(end -> text.substring(end).strip().replaceFirst("\\.$", ""))
        .filter(answer -> !answer.isEmpty())
        .orElse(null);
  }
}
