package io.flanstream.model.task;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanAnswer;
import io.flanstream.model.decode.SpanGrammar;
import io.flanstream.model.decode.SpanReader;
import io.flanstream.model.future.Futures;
import io.flanstream.schemas.Fidelity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One text on its way through the model. Thread-safe: tasks that wait for others submit later. */
final class TaskRequest {
  /** A longer value is none: without this bound one text could hold a decoder for a long time. */
  private static final int MOST_VALUE_TOKENS = 256;

  /** The most bytes of a character in UTF-8. */
  private static final int MOST_BYTES = 4;

  private final TextModel model;
  private final PieceTrie pieces;
  private final OverlongPolicy policy;
  private final TaskInput input;
  private final InputText text;
  private final List<CompletableFuture<?>> submitted = new ArrayList<>();
  private int truncated;
  private final Map<String, SourceText> sources = new HashMap<>();
  private int mostWindows = 1;
  private boolean cancelled;

  TaskRequest(TextModel model, PieceTrie pieces, OverlongPolicy policy, TaskInput input) {
    this.model = model;
    this.pieces = pieces;
    this.policy = policy;
    this.input = input;
    this.text = new InputText(input.text(), model.tokenizer());
  }

  /** What is asked about. */
  TaskInput input() {
    return input;
  }

  /** Scores choices after a prompt. */
  synchronized CompletableFuture<ChoiceScores> score(FramedPrompt prompt, Choices choices) {
    List<TextWindow> windows = windows(prompt);
    List<CompletableFuture<ChoiceScores>> scores =
        windows.stream()
            .map(window -> submit(model.score(prompt.prompt().with(window.text()), choices)))
            .toList();
    return scores.size() == 1
        ? scores.get(0)
        : Futures.all(scores).thenApply(all -> TextWindow.mixture(windows, all));
  }

  /** The most probable choices after a prompt that has the whole text, or what is kept of it. */
  synchronized CompletableFuture<RankedChoices> best(
      FramedPrompt prompt, Choices choices, int count) {
    TextWindow window = windows(prompt).get(0);
    return submit(model.best(prompt.prompt().with(window.text()), choices, count));
  }

  /** Lets the model answer with spans of what it sees of the text. */
  synchronized CompletableFuture<List<SpanAnswer>> extract(FramedPrompt prompt, AnswerForm form) {
    List<CompletableFuture<List<SpanAnswer>>> answers =
        windows(prompt).stream().map(window -> extract(prompt, form, window)).toList();
    return answers.size() == 1
        ? answers.get(0)
        : Futures.all(answers).thenApply(all -> merged(form, all));
  }

  /** Lets the model write after a prompt that has the whole text, or what is kept of it. */
  synchronized CompletableFuture<GenerationOutput> generate(
      FramedPrompt prompt, GenerationConfig decoding) {
    return generate(prompt.prompt().with(windows(prompt).get(0).text()), decoding);
  }

  /** Lets the model write after a prompt that needs no text. */
  synchronized CompletableFuture<GenerationOutput> generate(
      String prompt, GenerationConfig decoding) {
    return submit(model.generate(prompt, decoding));
  }

  private CompletableFuture<List<SpanAnswer>> extract(
      FramedPrompt prompt, AnswerForm form, TextWindow window) {
    SourceText seen =
        sources.computeIfAbsent(
            window.text(), part -> SourceText.of(part, model.tokenizer().normalizer()));
    GenerationConfig decoding =
        GenerationConfig.constrained(mostTokens(seen, form), SpanGrammar.of(seen, pieces, form));
    return submit(model.generate(prompt.prompt().with(window.text()), decoding))
        .thenApply(
            generation ->
                read(prompt.task(), generation, seen, form).stream().map(window::inWhole).toList());
  }

  private static List<SpanAnswer> merged(AnswerForm form, List<List<SpanAnswer>> windows) {
    if (form.openEnded()) {
      return TextWindow.union(windows);
    }
    return IntStream.range(0, form.values())
        .mapToObj(
            value -> TextWindow.best(windows.stream().map(answers -> answers.get(value)).toList()))
        .toList();
  }

  /** How faithfully the model saw the text, once all prompts are submitted. */
  synchronized Fidelity fidelity() {
    return new Fidelity(
        text.tokens(), truncated, text.count(model.vocabulary().unknownId()), mostWindows);
  }

  /** The share of the text that the vocabulary does not know. */
  synchronized double unknownShare() {
    return text.share(model.vocabulary().unknownId());
  }

  /** Frees the places of all prompts that are not answered. */
  void cancel() {
    List<CompletableFuture<?>> waiting;
    synchronized (this) {
      cancelled = true;
      waiting = List.copyOf(submitted);
    }
    waiting.forEach(future -> future.cancel(false));
  }

  private <T> CompletableFuture<T> submit(CompletableFuture<T> future) {
    submitted.add(future);
    if (cancelled) {
      future.cancel(false);
    }
    return future;
  }

  private List<TextWindow> windows(FramedPrompt prompt) {
    switch (policy) {
      case REJECT -> {
        checkLength(prompt.task());
        return List.of(TextWindow.first(text, text.tokens()));
      }
      case TRUNCATE -> {
        int kept = prompt.fit(text, model);
        truncated = Math.max(truncated, text.tokens() - kept);
        return List.of(TextWindow.first(text, kept));
      }
      default -> {
        List<TextWindow> windows = TextWindow.over(text, prompt, model);
        mostWindows = Math.max(mostWindows, windows.size());
        return windows;
      }
    }
  }

  /** The model checks whole prompts; this spares the work on a text that cannot fit in any. */
  private void checkLength(String task) {
    if (text.tokens() >= model.maxInputTokens()) {
      throw new TaskFailure(
          TaskFailure.Stage.TOKENIZE,
          ModelException.Code.TOO_MANY_TOKENS.name(),
          "Cannot run task %s: the text must have fewer tokens than model.max-input-tokens = %s, got %s"
              .formatted(task, model.maxInputTokens(), text.tokens()),
          null);
    }
  }

  private int mostTokens(SourceText source, AnswerForm form) {
    int most = source.length() * (model.vocabulary().hasBytes() ? MOST_BYTES : 1);
    int value = Math.max(form.absent().length, Math.min(most, MOST_VALUE_TOKENS));
    return form.values() * value + form.leads().stream().mapToInt(lead -> lead.length).sum() + 1;
  }

  private List<SpanAnswer> read(
      String task, GenerationOutput generation, SourceText source, AnswerForm form) {
    if (!generation.ended()) {
      throw new TaskFailure(
          TaskFailure.Stage.DECODE,
          "ANSWER_TOO_LONG",
          "Cannot read the answer of task %s: it must end within %s tokens, got none that ends it"
              .formatted(task, generation.tokenIds().length),
          null);
    }
    try {
      return new SpanReader(source, pieces, form)
          .read(generation.tokenIds(), generation.choiceLogprobs());
    } catch (IllegalArgumentException e) {
      throw new TaskFailure(
          TaskFailure.Stage.DECODE,
          "UNREADABLE_ANSWER",
          "Cannot read the answer of task %s: %s".formatted(task, e.getMessage()),
          e);
    }
  }
}
