package io.flanstream.jobs.check;

import io.flanstream.model.Choices;
import io.flanstream.model.TextModel;
import io.flanstream.model.djl.DeviceProbe;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/** Whether a model survives that its GPU has no memory left. */
final class MemoryStep {
  private static final String NAME = "out of memory";
  private static final long LEFT = 96L << 20;
  private static final int PROMPTS = 64;
  private static final int TOKENS = 1500;

  private MemoryStep() {}

  /** Takes the device's free memory, asks, gives it back, and asks again. */
  static CheckStep run(DeviceProbe probe, TextModel model) {
    List<double[]> before = Questions.alone(model);
    long free = probe.freeBytes();
    DeviceProbe.TakenMemory taken;
    try {
      taken = probe.take(Math.max(0, free - LEFT));
    } catch (RuntimeException e) {
      return new CheckStep(
          NAME, CheckStep.Outcome.FAILED, "Cannot take the device's memory: " + e, Map.of());
    }
    int failed;
    try {
      failed = ask(model);
    } finally {
      taken.close();
    }
    List<double[]> after = Questions.alone(model);
    boolean same =
        IntStream.range(0, before.size())
            .allMatch(
                i ->
                    IntStream.range(0, before.get(i).length)
                        .allMatch(j -> Math.abs(before.get(i)[j] - after.get(i)[j]) < 1e-2));
    return CheckStep.of(
        NAME,
        same,
        String.format(
            Locale.ROOT,
            "with %d MiB left of %,d, %d of %d prompts of %d tokens were answered; afterwards its"
                + " answers are %s",
            LEFT >> 20,
            free >> 20,
            PROMPTS - failed,
            PROMPTS,
            TOKENS,
            same ? "what they were" : "others than before"),
        Map.of("answered", (double) (PROMPTS - failed)));
  }

  private static int ask(TextModel model) {
    Choices choices = model.choices(Questions.LABELS);
    List<? extends CompletableFuture<?>> answers =
        IntStream.range(0, PROMPTS)
            .mapToObj(number -> model.score(Questions.prompt(number, TOKENS), choices))
            .toList();
    int failed = 0;
    for (CompletableFuture<?> answer : answers) {
      try {
        answer.join();
      } catch (CompletionException e) {
        failed++;
      }
    }
    return failed;
  }
}
