package io.flanstream.jobs.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.operators.ingest.JsonProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads BIG-Bench Hard (Suzgun et al. 2022, arXiv:2210.09261): for each task {@code bbh/TASK.json}
 * with {@code {"examples": [{"input", "target"}]}} and {@code cot-prompts/TASK.txt}, the canary, a
 * line of hyphens, an introduction and three worked examples.
 *
 * <p>Prompts for direct answers are the same without the chains of thought.
 */
public final class BbhReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CANARY_END = "-----\n";

  private final Path directory;
  private final BenchmarkSelection selection;

  /**
   * Reads a directory.
   *
   * @param directory the directory with bbh and cot-prompts
   * @param selection what of it is asked
   */
  public BbhReader(Path directory, BenchmarkSelection selection) {
    this.directory = directory;
    this.selection = selection;
  }

  /**
   * Questions that are answered by the answer alone.
   *
   * @throws io.flanstream.jobs.terminal.CommandException if files are wrong, with place and rule
   */
  public PublicBenchmark direct() throws IOException {
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (String task : tasks()) {
      tasks.add(
          new BenchmarkTask(
              task, selection.shown(examples(task).directPrompt()), questions(task, "\nA:")));
    }
    return new PublicBenchmark("BIG-Bench Hard", AnswerFormat.TEXT, tasks);
  }

  /**
   * Questions that are answered by a chain of thought.
   *
   * @throws io.flanstream.jobs.terminal.CommandException if files are wrong, with place and rule
   */
  public PublicBenchmark chainOfThought() throws IOException {
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (String task : tasks()) {
      tasks.add(
          new BenchmarkTask(
              task,
              selection.shown(examples(task).prompt()),
              questions(task, "\nA: " + WorkedExamples.STEP_BY_STEP)));
    }
    return new PublicBenchmark(
        "BIG-Bench Hard, chain of thought", AnswerFormat.REASONED_TEXT, tasks);
  }

  private List<String> tasks() throws IOException {
    return BenchmarkFiles.tasks(directory.resolve("bbh"), ".json", selection.tasks());
  }

  private WorkedExamples examples(String task) throws IOException {
    Path file = directory.resolve("cot-prompts").resolve(task + ".txt");
    String text = BenchmarkFiles.text(file).replace("\r\n", "\n");
    int canary = text.indexOf(CANARY_END);
    return WorkedExamples.read(
        file.toString(), canary < 0 ? text : text.substring(canary + CANARY_END.length()));
  }

  private List<Question> questions(String task, String ending) throws IOException {
    Path file = directory.resolve("bbh").resolve(task + ".json");
    JsonNode examples = json(file).path("examples");
    if (!examples.isArray() || examples.isEmpty()) {
      throw BenchmarkFiles.fault(
          file.toString(), "it must be {\"examples\": [{\"input\", \"target\"}]}");
    }
    List<Question> questions = new ArrayList<>();
    for (JsonNode example : examples) {
      String place = "%s examples[%s]".formatted(file, questions.size());
      questions.add(
          new Question(
              place,
              "Q: " + text(example, "input", place) + ending,
              AnswerFormat.plain(text(example, "target", place))));
    }
    return selection.asked(questions);
  }

  private static String text(JsonNode example, String member, String place) {
    JsonNode text = example.path(member);
    if (!text.isTextual() || text.textValue().isBlank()) {
      throw BenchmarkFiles.fault(place, member + " must be a string with more than white space");
    }
    return text.textValue();
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      return JSON.readTree(BenchmarkFiles.text(file));
    } catch (JsonProcessingException e) {
      throw BenchmarkFiles.fault(
          "%s line %s".formatted(file, e.getLocation().getLineNr()),
          "it must be JSON: " + JsonProblem.text(e));
    }
  }
}
