package io.flanstream.jobs.suite;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Examples with a chain of thought: an introduction, then {@code Q: …}, {@code A: Let's think step
 * by step. … the answer is …}, parted by empty lines.
 *
 * @param introduction what the task is
 * @param examples the examples
 */
record WorkedExamples(String introduction, List<Example> examples) {
  /** What an answer begins with. */
  static final String STEP_BY_STEP = "Let's think step by step.";

  private static final Pattern NEXT = Pattern.compile("\\n\\s*\\n(?=Q: )");
  private static final String ANSWER = "\nA: ";

  /**
   * An example.
   *
   * @param question the question, without its Q
   * @param reasoning the chain of thought with the answer at its end
   */
  record Example(String question, String reasoning) {
    String worked() {
      return "Q: %s%s%s".formatted(question, ANSWER, reasoning);
    }

    /** Without the chain of thought. */
    String direct() {
      String answer = AnswerFormat.concluded(reasoning).orElseThrow();
      return "Q: %s%s%s".formatted(question, ANSWER, AnswerFormat.plain(answer));
    }
  }

  /**
   * Reads examples.
   *
   * @param place where they are
   * @param text the introduction and the examples
   * @throws io.flanstream.jobs.terminal.CommandException if one has no answer
   */
  static WorkedExamples read(String place, String text) {
    String[] parts = NEXT.split(text.strip().replace("\r\n", "\n"));
    List<Example> examples = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      examples.add(example("%s, example %s".formatted(place, i), parts[i].strip()));
    }
    if (examples.isEmpty()) {
      throw BenchmarkFiles.fault(
          place, "it must have an introduction and, after an empty line, examples that begin Q:");
    }
    return new WorkedExamples(parts[0].strip(), List.copyOf(examples));
  }

  private static Example example(String place, String text) {
    int answer = text.indexOf(ANSWER);
    if (answer < 0) {
      throw BenchmarkFiles.fault(place, "it must have a line that begins A:");
    }
    Example example =
        new Example(
            text.substring("Q: ".length(), answer), text.substring(answer + ANSWER.length()));
    if (AnswerFormat.concluded(example.reasoning()).isEmpty()) {
      throw BenchmarkFiles.fault(place, "it must say what \"the answer is\"");
    }
    return example;
  }

  /** With the chains of thought. */
  FewShotPrompt prompt() {
    return new FewShotPrompt(introduction, examples.stream().map(Example::worked).toList());
  }

  /** With the answers alone. */
  FewShotPrompt directPrompt() {
    return new FewShotPrompt(introduction, examples.stream().map(Example::direct).toList());
  }
}
