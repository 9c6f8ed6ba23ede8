package io.flanstream.jobs.suite;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.bench.Benchmark;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.TextModel;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.apache.flink.util.ExceptionUtils;

/**
 * A suite and what a model answered.
 *
 * @param figures the figures
 * @param answers the answers, in the order of the questions
 */
public record BenchmarkRun(BenchmarkFigures figures, List<BenchmarkAnswer> answers) {
  private static final int IN_FLIGHT = 256;
  private static final JsonMapper MAPPER = new JsonMapper();

  /** A question on its way. */
  private record Asked(BenchmarkTask task, Question question) {}

  /** Asks a model the questions of one suite. */
  private record Asker(
      TextModel model, AnswerFormat form, Choices letters, GenerationConfig decoding) {
    CompletableFuture<BenchmarkAnswer> answer(Asked asked) {
      FewShotPrompt.Filled prompt =
          asked
              .task()
              .prompt()
              .fill(
                  asked.question(),
                  text -> model.tokenizer().ids(text).length,
                  model.maxInputTokens() - 1);
      return said(prompt.text())
          .handle(
              (said, failure) ->
                  new BenchmarkAnswer(
                      asked.task().name(),
                      asked.question().place(),
                      asked.task().prompt().examples().size() - prompt.examples(),
                      asked.question().right(),
                      failure == null ? form.read(said).orElse(null) : null,
                      said,
                      failure == null
                          ? null
                          : ExceptionUtils.stripCompletionException(failure).getMessage()));
    }

    private CompletableFuture<String> said(String prompt) {
      return form.isWritten()
          ? model.generate(prompt, decoding).thenApply(GenerationOutput::text)
          : model
              .best(prompt, letters, 1)
              .thenApply(best -> letters.texts().get(best.choices()[0]));
    }
  }

  /**
   * Asks a model every question, many at a time.
   *
   * @param suite the questions
   * @param model the model, which has no other callers
   * @param maxNewTokens the most tokens of an answer that is written
   * @param progress is told how many are answered
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static BenchmarkRun of(
      PublicBenchmark suite, TextModel model, int maxNewTokens, IntConsumer progress)
      throws InterruptedException {
    List<Asked> asked = new ArrayList<>();
    for (BenchmarkTask task : suite.tasks()) {
      task.questions().forEach(question -> asked.add(new Asked(task, question)));
    }
    Asker asker =
        new Asker(
            model,
            suite.answers(),
            model.choices(AnswerFormat.LETTERS),
            GenerationConfig.free(maxNewTokens));
    List<BenchmarkAnswer> answers =
        new Benchmark<>(model, asker::answer, IN_FLIGHT).run(asked, progress).answers();
    return new BenchmarkRun(BenchmarkFigures.of(suite, model.description(), answers), answers);
  }

  /** Writes every answer, a JSON object a line. */
  public void writePredictions(Writer out) throws IOException {
    for (BenchmarkAnswer answer : answers) {
      out.write(MAPPER.writeValueAsString(answer) + "\n");
    }
  }
}
