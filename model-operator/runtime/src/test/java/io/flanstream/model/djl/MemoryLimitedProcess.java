package io.flanstream.model.djl;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.batch.RuntimeMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A model in a process of its own, which has little memory; says what became of its requests. */
final class MemoryLimitedProcess {
  private static final int RECORDS = 32;
  private static final int WORDS = 200;
  private static final int TOO_MANY_WORDS = 2500;
  private static final List<String> VOCABULARY =
      List.of("card", "lost", "table", "music", "refund", "people", "thanks", "order");

  private final TextModel model;
  private final Choices choices;

  private MemoryLimitedProcess(TextModel model) {
    this.model = model;
    this.choices = model.choices(List.of("card lost", "play music", "refund"));
  }

  /**
   * Takes bytes that the process may map beyond what it has, 0 for no limit, and settings by name.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      settings.put(arguments[i], arguments[i + 1]);
    }
    try (TextModel model = TextModels.open(settings(settings))) {
      new MemoryLimitedProcess(model).run(Long.parseLong(arguments[0]));
    } catch (IllegalArgumentException e) {
      say("refused", e.getMessage());
    }
  }

  private static ModelSettings settings(Map<String, String> named) {
    Path directory =
        named.containsKey("directory")
            ? Path.of(named.get("directory"))
            : GoldenCheckpoint.of("ul2").directory();
    BatchSettings usual = BatchSettings.DEFAULT;
    return ModelSettings.builder(directory)
        .maxInputTokens(20000)
        .prepack(
            named.containsKey("prepack") ? ModelSettings.Prepack.TRUE : ModelSettings.Prepack.FALSE)
        .batch(
            new BatchSettings(
                Integer.parseInt(named.getOrDefault("tokens", "" + usual.maxTokens())),
                Integer.parseInt(named.getOrDefault("requests", "" + usual.maxRequests())),
                usual.maxDecoding(),
                Long.parseLong(named.getOrDefault("cache", "0")),
                Duration.parse(named.getOrDefault("wait", usual.maxWait().toString())),
                usual.callTimeout()))
        .build();
  }

  private void run(long room) throws IOException, InterruptedException {
    List<double[]> expected = new ArrayList<>();
    for (int record = 0; record < RECORDS; record++) {
      expected.add(ask(record, WORDS).join().logprobs());
    }
    say("cacheBudget", model.metrics().value(RuntimeMetric.CACHE_BUDGET_BYTES));
    say("nominal", model.metrics().value(RuntimeMetric.TOKEN_BUDGET));
    if (room > 0) {
      limit(room);
    }
    List<CompletableFuture<ChoiceScores>> answers =
        IntStream.range(0, RECORDS)
            .mapToObj(record -> ask(record, WORDS))
            .collect(Collectors.toList());
    // Under a control group's limit it would have the process killed.
    CompletableFuture<ChoiceScores> tooLong = ask(0, room > 0 ? TOO_MANY_WORDS : 1);
    double worst = 0;
    for (int record = 0; record < RECORDS; record++) {
      double[] scores = answers.get(record).join().logprobs();
      for (int i = 0; i < scores.length; i++) {
        worst = Math.max(worst, Math.abs(scores[i] - expected.get(record)[i]));
      }
    }
    say("worst", worst);
    say("shrunk", model.metrics().value(RuntimeMetric.TOKEN_BUDGET));
    say("tooLong", outcome(tooLong));
    say("splits", model.metrics().value(RuntimeMetric.SPLITS));
    say("outOfMemory", model.metrics().value(RuntimeMetric.OUT_OF_MEMORY));
    for (int record = 0; record < 2 * RECORDS; record++) {
      ask(record, 3).join();
    }
    say("recovered", model.metrics().value(RuntimeMetric.TOKEN_BUDGET));
  }

  private CompletableFuture<ChoiceScores> ask(int record, int words) {
    String prompt =
        IntStream.range(0, words)
            .mapToObj(i -> VOCABULARY.get(place(record, i)))
            .collect(Collectors.joining(" "));
    return model.score(prompt, choices);
  }

  /** Every block of words is another order of the same, so that prompts are of one length. */
  private static int place(int record, int i) {
    int words = VOCABULARY.size();
    return (i + i / words * record + i / (words * words) * (record / words)) % words;
  }

  private static String outcome(CompletableFuture<ChoiceScores> answer) {
    try {
      return "answered " + answer.join().logprobs().length;
    } catch (CompletionException e) {
      return e.getCause().getMessage();
    }
  }

  /**
   * Address space, which the process cannot get more of: allocation fails, and nothing is killed.
   */
  private static void limit(long room) throws IOException, InterruptedException {
    long mapped =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmSize:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst()
            .orElseThrow();
    int exit =
        new ProcessBuilder(
                "prlimit", "--pid=" + ProcessHandle.current().pid(), "--as=" + (mapped + room))
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("Cannot limit memory: prlimit ended with " + exit);
    }
  }

  private static void say(String key, Object value) {
    System.out.println(Map.entry(key, value));
  }
}
