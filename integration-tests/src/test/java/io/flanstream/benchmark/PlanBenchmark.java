package io.flanstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.plan.BatchLimits;
import io.flanstream.jobs.plan.Plan;
import io.flanstream.jobs.plan.PlannedModel;
import io.flanstream.jobs.plan.Workload;
import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.flink.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/**
 * The arithmetic of {@code flanstream plan} beside the CPU's own time: seconds of a record over
 * those of the first kind of work, as planned and as measured, in turn in one run.
 *
 * <p>{@code mvn -B verify -Pbenchmark -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false
 * -Dit.test=PlanBenchmark -Dfailsafe.failIfNoSpecifiedTests=false -Dflanstream.benchmark.model=DIR}
 */
class PlanBenchmark {
  private static final int ROUNDS = Integer.getInteger("flanstream.benchmark.rounds", 5);
  private static final String MODEL = System.getProperty("flanstream.benchmark.model");
  private static final int RECORDS = 64;
  private static final double PLENTY = 1e15;
  private static final List<Workload> WORK =
      List.of(
          new Workload(128, 1, 1, 0),
          new Workload(64, 1, 1, 0),
          new Workload(256, 1, 1, 0),
          new Workload(512, 1, 1, 0),
          new Workload(128, 20, 1, 0),
          new Workload(128, 60, 1, 0));

  private int runs;

  @Test
  void plannedBesideMeasured() {
    Configuration config = new Configuration();
    config.set(ModelOptions.PATH, MODEL);
    try (TextModel model = TextModels.open(ModelOptions.read(config))) {
      double[][] seconds = new double[WORK.size()][ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        for (int i = 0; i < WORK.size(); i++) {
          double took = measure(model, WORK.get(i));
          if (round >= 0) {
            seconds[i][round] = took;
          }
        }
      }
      print(Arrays.stream(seconds).mapToDouble(PlanBenchmark::median).toArray());
    }
  }

  private double measure(TextModel model, Workload work) {
    Choices labels = model.choices(labels(model.tokenizer(), work));
    List<String> prompts = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      prompts.add(prompt(model.tokenizer(), work.tokens()));
    }
    long begun = System.nanoTime();
    prompts.stream().map(prompt -> model.score(prompt, labels)).toList().stream()
        .map(CompletableFuture::join)
        .forEach(scores -> assertThat(scores.logprobs()).hasSize(work.labels()));
    return (System.nanoTime() - begun) / 1e9 / RECORDS;
  }

  /** A text of so many tokens with its end token, unlike all others. */
  private String prompt(TextTokenizer tokenizer, int tokens) {
    StringBuilder text = new StringBuilder("number " + runs++);
    int missing = tokens - tokenizer.ids(text.toString()).length;
    text.append(" a".repeat(missing));
    assertThat(tokenizer.ids(text.toString())).hasSize(tokens);
    return text.toString();
  }

  private static List<String> labels(TextTokenizer tokenizer, Workload work) {
    List<String> labels =
        Stream.iterate(3, id -> id + 1)
            .map(id -> tokenizer.decode(new int[] {id}).strip())
            .filter(piece -> piece.length() > 2 && tokenizer.ids(piece).length == 2)
            .distinct()
            .limit(work.labels())
            .toList();
    assertThat(labels).hasSize(work.labels());
    return labels;
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
  }

  private static void print(double[] measured) {
    System.out.println("tokens  labels  planned  measured  measured over planned");
    for (int i = 0; i < measured.length; i++) {
      double planned = flops(WORK.get(i)) / flops(WORK.get(0));
      double ratio = measured[i] / measured[0];
      System.out.printf(
          Locale.ROOT,
          "%6s  %6s  %7.2f  %8.2f  %.2f%n",
          WORK.get(i).tokens(),
          WORK.get(i).labels(),
          planned,
          ratio,
          ratio / planned);
    }
  }

  private static double flops(Workload work) {
    PlannedModel model = PlannedModel.read(Path.of(MODEL));
    Plan plan = new Plan(model.cost(), 4, false, PLENTY, work, BatchLimits.defaults());
    return plan.encodeFlops() + plan.labelFlops();
  }
}
