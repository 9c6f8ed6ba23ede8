package io.flanstream.jobs.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.flanstream.operators.ingest.JsonProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads MMLU (Hendrycks et al. 2020, arXiv:2009.03300): for each subject {@code
 * dev/SUBJECT_dev.csv} with the examples and {@code test/SUBJECT_test.csv} with the questions, six
 * columns without a header: question, four choices, letter of the right one.
 *
 * <p>Prompts for direct answers are those of that paper. Those for a chain of thought are a JSON
 * object of a prompt for each subject, in the form of Chung et al. 2022 (arXiv:2210.11416): an
 * introduction and examples {@code Q: … A: Let's think step by step. … The answer is (B).}
 */
public final class MmluReader {
  private static final int COLUMNS = 6;
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
  private static final JsonMapper JSON = new JsonMapper();

  private final Path directory;
  private final BenchmarkSelection selection;

  /**
   * Reads a directory.
   *
   * @param directory the directory with dev and test
   * @param selection what of it is asked
   */
  public MmluReader(Path directory, BenchmarkSelection selection) {
    this.directory = directory;
    this.selection = selection;
  }

  /**
   * Questions that are answered by the letter alone.
   *
   * @throws io.flanstream.jobs.terminal.CommandException if files are wrong, with line and rule
   */
  public PublicBenchmark direct() throws IOException {
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (String subject : subjects()) {
      List<String> examples =
          rows(subject, "dev").stream().map(row -> row.direct() + " " + row.right()).toList();
      tasks.add(
          new BenchmarkTask(
              subject,
              selection.shown(new FewShotPrompt(introduction(subject), examples)),
              questions(subject, Row::direct)));
    }
    return new PublicBenchmark("MMLU", AnswerFormat.LETTER, tasks);
  }

  /**
   * Questions that are answered by a chain of thought.
   *
   * @param prompts file with a prompt for each subject
   * @throws io.flanstream.jobs.terminal.CommandException if files are wrong, with line and rule
   */
  public PublicBenchmark chainOfThought(Path prompts) throws IOException {
    JsonNode all = prompts(prompts);
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (String subject : subjects()) {
      JsonNode prompt = all.path(subject);
      if (!prompt.isTextual()) {
        throw BenchmarkFiles.fault(prompts.toString(), "it must have a prompt for " + subject);
      }
      tasks.add(
          new BenchmarkTask(
              subject,
              selection.shown(
                  WorkedExamples.read(prompts + ", " + subject, prompt.textValue()).prompt()),
              questions(subject, Row::reasoned)));
    }
    return new PublicBenchmark("MMLU, chain of thought", AnswerFormat.REASONED_LETTER, tasks);
  }

  private static JsonNode prompts(Path file) throws IOException {
    try {
      return JSON.readTree(BenchmarkFiles.text(file));
    } catch (JsonProcessingException e) {
      throw BenchmarkFiles.fault(
          "%s line %s".formatted(file, e.getLocation().getLineNr()),
          "it must be a JSON object with a prompt for each subject: " + JsonProblem.text(e));
    }
  }

  private List<String> subjects() throws IOException {
    return BenchmarkFiles.tasks(directory.resolve("test"), "_test.csv", selection.tasks());
  }

  private static String introduction(String subject) {
    return "The following are multiple choice questions (with answers) about %s."
        .formatted(subject.replace('_', ' '));
  }

  private List<Question> questions(String subject, Function<Row, String> prompt)
      throws IOException {
    return selection.asked(
        rows(subject, "test").stream()
            .map(row -> new Question(row.place(), prompt.apply(row), row.right()))
            .toList());
  }

  /** A line of a file. */
  private record Row(String place, List<String> cells) {
    String direct() {
      StringBuilder text = new StringBuilder(cells.get(0));
      for (int i = 0; i < AnswerFormat.LETTERS.size(); i++) {
        text.append("\n%s. ".formatted(AnswerFormat.LETTERS.get(i))).append(cells.get(i + 1));
      }
      return text.append("\nAnswer:").toString();
    }

    String reasoned() {
      StringBuilder text = new StringBuilder("Q: ").append(cells.get(0)).append('\n');
      for (int i = 0; i < AnswerFormat.LETTERS.size(); i++) {
        text.append(i == 0 ? "" : " ").append("(%s) ".formatted(AnswerFormat.LETTERS.get(i)));
        text.append(cells.get(i + 1));
      }
      return text.append("\nA: ").append(WorkedExamples.STEP_BY_STEP).toString();
    }

    String right() {
      return cells.get(COLUMNS - 1).strip();
    }
  }

  private List<Row> rows(String subject, String part) throws IOException {
    Path file = directory.resolve(part).resolve("%s_%s.csv".formatted(subject, part));
    List<Row> rows = new ArrayList<>();
    try (MappingIterator<String[]> lines =
        CSV.readerFor(String[].class).readValues(BenchmarkFiles.text(file))) {
      while (lines.hasNextValue()) {
        Row row =
            new Row(
                "%s line %s".formatted(file, lines.getCurrentLocation().getLineNr()),
                List.of(lines.nextValue()));
        check(row);
        rows.add(row);
      }
    } catch (JsonProcessingException e) {
      throw BenchmarkFiles.fault(
          "%s line %s".formatted(file, e.getLocation().getLineNr()),
          "it must be CSV: " + JsonProblem.text(e));
    }
    if (rows.isEmpty()) {
      throw BenchmarkFiles.fault(file.toString(), "it must have a question, got none");
    }
    return rows;
  }

  private static void check(Row row) {
    if (row.cells().size() != COLUMNS) {
      throw BenchmarkFiles.fault(
          row.place(),
          "it must have a question, four choices and a letter, got %s columns"
              .formatted(row.cells().size()));
    }
    if (row.cells().get(0).isBlank()) {
      throw BenchmarkFiles.fault(row.place(), "its question must not be empty");
    }
    if (!AnswerFormat.LETTERS.contains(row.right())) {
      throw BenchmarkFiles.fault(
          row.place(),
          "its last column must be one of %s, got %s"
              .formatted(String.join(", ", AnswerFormat.LETTERS), row.right()));
    }
  }
}
