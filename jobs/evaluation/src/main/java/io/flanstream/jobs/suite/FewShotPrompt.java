package io.flanstream.jobs.suite;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * What comes before the questions of a task.
 *
 * @param introduction what the task is
 * @param examples questions with their answers, the first of which stay where not all fit
 */
record FewShotPrompt(String introduction, List<String> examples) {

  /**
   * A prompt as it is asked.
   *
   * @param text the prompt
   * @param examples how many examples it has
   */
  record Filled(String text, int examples) {}

  /** Keeps its own copy. */
  FewShotPrompt {
    examples = List.copyOf(examples);
  }

  /** The same with its first examples only. */
  FewShotPrompt first(int count) {
    return new FewShotPrompt(introduction, examples.subList(0, count));
  }

  /**
   * The prompt for a question, with as many examples as fit.
   *
   * @param question the question
   * @param tokens counts the tokens of a prompt
   * @param mostTokens the most tokens that it may have
   * @return the prompt, with no example where even that is too long
   */
  Filled fill(Question question, ToIntFunction<String> tokens, int mostTokens) {
    int count = examples.size();
    String prompt = with(count, question);
    while (count > 0 && tokens.applyAsInt(prompt) > mostTokens) {
      count--;
      prompt = with(count, question);
    }
    return new Filled(prompt, count);
  }

  private String with(int count, Question question) {
    StringBuilder prompt = new StringBuilder(introduction);
    examples.subList(0, count).forEach(example -> prompt.append("\n\n").append(example));
    return prompt.append("\n\n").append(question.prompt()).toString();
  }
}
