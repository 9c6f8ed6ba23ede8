package io.flanstream.jobs.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small suites with questions of our own, in the published forms. */
public final class TestingBenchmarks {
  /** Worked examples of a task. */
  static final String COLOURS =
      """
      BIG-Bench canary string, here without one.
      -----
      Name the colour of a thing.

      Q: Which colour is snow?
      Options:
      (A) white
      (B) black
      A: Let's think step by step.
      Snow is white. White is (A). So the answer is (A).

      Q: Which colour is coal?
      Options:
      (A) white
      (B) black
      A: Let's think step by step.
      Coal is black.

      Black is (B). So the answer is (B).
      """;

  private TestingBenchmarks() {}

  /** MMLU of one subject with two examples and three questions. */
  public static Path mmlu(Path directory) throws IOException {
    write(
        directory.resolve("dev/small_numbers_dev.csv"),
        "What is one and one?,1,2,3,4,B",
        "\"What comes after \"\"two\"\", in words?\",one,two,three,four,C");
    write(
        directory.resolve("test/small_numbers_test.csv"),
        "What is two and two?,1,2,3,4,D",
        "\"Which is a number,",
        "and even?\",1,2,3,\"one, or three\",B",
        "What is three and none?,1,2,3,4,C");
    write(
        directory.resolve("mmlu-cot.json"),
        "{\"small_numbers\": \"The following are questions about small numbers.\\n\\n"
            + "Q: What is one and one?\\n(A) 1 (B) 2 (C) 3 (D) 4\\n"
            + "A: Let's think step by step. One and one is 2. The answer is (B).\"}");
    return directory;
  }

  /** BIG-Bench Hard of one task with two examples and two questions. */
  public static Path bbh(Path directory) throws IOException {
    write(directory.resolve("cot-prompts/colours.txt"), COLOURS);
    write(
        directory.resolve("bbh/colours.json"),
        "{\"canary\": \"none\", \"examples\": [",
        "{\"input\": \"Which colour is milk?\\nOptions:\\n(A) white\\n(B) black\", \"target\": \"(A)\"},",
        "{\"input\": \"Which colour is tar?\\nOptions:\\n(A) white\\n(B) black\", \"target\": \"(B)\"}]}");
    return directory;
  }

  static void write(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(lines));
  }
}
