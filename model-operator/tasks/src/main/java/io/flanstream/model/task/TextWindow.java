package io.flanstream.model.task;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.Span;
import io.flanstream.model.decode.SpanAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A part of a text that a prompt is asked about by itself.
 *
 * @param text the part
 * @param start where it begins in the whole text, in code points
 * @param weight tokens that no window before it has
 */
record TextWindow(String text, int start, int weight) {
  /** A window begins so much of the one before it before that one's end: a fourth. */
  private static final int OVERLAP = 4;

  /** The whole of a text, or what is kept of it. */
  static TextWindow first(InputText text, int tokens) {
    return new TextWindow(text.first(tokens), 0, tokens);
  }

  /**
   * Windows over a text: each as long as the prompt leaves room for, begun and ended between words
   * where there are any.
   *
   * @param text the text
   * @param prompt what is asked about each
   * @param model which bounds the prompts
   * @return one at least; the only one is the whole text where that fits
   * @throws TaskFailure if the prompt leaves no room
   */
  static List<TextWindow> over(InputText text, FramedPrompt prompt, TextModel model) {
    List<TextWindow> windows = new ArrayList<>();
    int from = 0;
    int covered = 0;
    while (true) {
      int to = end(text, from, prompt, model);
      windows.add(new TextWindow(text.between(from, to), text.start(from), to - covered));
      if (to == text.tokens()) {
        return windows;
      }
      int length = to - from;
      covered = to;
      from = text.wordStart(to - length / OVERLAP, from + length / 2);
    }
  }

  private static int end(InputText text, int from, FramedPrompt prompt, TextModel model) {
    int room = Math.max(1, model.maxInputTokens() - prompt.frameTokens());
    int most = Math.min(text.tokens(), from + room);
    int excess = excess(text.slice(from, most), prompt, model);
    while (excess > 0 && most > from + 1) {
      most = Math.max(from + 1, most - excess);
      excess = excess(text.slice(from, most), prompt, model);
    }
    return most == text.tokens() ? most : text.wordStart(most, from + (most - from) / 2);
  }

  private static int excess(InputText part, FramedPrompt prompt, TextModel model) {
    return part.tokens() - prompt.fit(part, model);
  }

  /** The mean of what the windows say of the choices, each by its weight: a mixture. */
  static ChoiceScores mixture(List<TextWindow> windows, List<ChoiceScores> scores) {
    double all = windows.stream().mapToInt(TextWindow::weight).sum();
    double[] mixed = new double[scores.get(0).logprobs().length];
    for (int i = 0; i < scores.size(); i++) {
      double[] probabilities = scores.get(i).probabilities();
      for (int choice = 0; choice < mixed.length; choice++) {
        mixed[choice] += windows.get(i).weight / all * probabilities[choice];
      }
    }
    for (int choice = 0; choice < mixed.length; choice++) {
      mixed[choice] = Math.log(Math.max(mixed[choice], Double.MIN_NORMAL));
    }
    return new ChoiceScores(mixed);
  }

  /** The most probable value of any window; that there is none where no window has one. */
  static SpanAnswer best(List<SpanAnswer> answers) {
    return answers.stream()
        .filter(answer -> !answer.absent())
        .max(Comparator.comparingDouble(SpanAnswer::probability))
        .orElseGet(
            () ->
                answers.stream()
                    .min(Comparator.comparingDouble(SpanAnswer::probability))
                    .orElseThrow());
  }

  /** The values of all windows; that there is none where no window has one. */
  static List<SpanAnswer> union(List<List<SpanAnswer>> windows) {
    List<SpanAnswer> values =
        windows.stream().flatMap(List::stream).filter(answer -> !answer.absent()).toList();
    return values.isEmpty()
        ? List.of(best(windows.stream().map(answers -> answers.get(0)).toList()))
        : values;
  }

  /** An answer about this part as one about the whole text. */
  SpanAnswer inWhole(SpanAnswer answer) {
    return start == 0
        ? answer
        : new SpanAnswer(
            answer.occurrences().stream()
                .map(span -> new Span(span.value(), start + span.start(), start + span.end()))
                .toList(),
            answer.probability());
  }
}
