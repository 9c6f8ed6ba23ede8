package io.flanstream.jobs.check;

import io.flanstream.jobs.bench.BenchFigures;
import io.flanstream.jobs.bench.Benchmark;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.T5Cost;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** How fast a model encodes and decodes, as shares of what its device can do at best. */
final class SpeedStep {
  private static final int PROMPT_TOKENS = 200;
  private static final int NEW_TOKENS = 24;
  private static final int MOST_PROMPTS = 256;
  private static final double SECONDS = 8;

  private final TextModel model;
  private final T5Cost cost;

  SpeedStep(TextModel model, T5Cost cost) {
    this.model = model;
    this.cost = cost;
  }

  /**
   * Encoding, which is bound by arithmetic.
   *
   * @param peak operations a second of the device
   */
  CheckStep encode(double peak) throws InterruptedException {
    Choices choices = model.choices(Questions.LABELS);
    Benchmark<String, Object> benchmark =
        new Benchmark<>(
            model,
            prompt -> model.score(prompt, choices).thenApply(scores -> scores),
            MOST_PROMPTS);
    benchmark.run(prompts(0, 1), done -> {});
    double one = benchmark.run(prompts(1, 1), done -> {}).figures().seconds();
    int count = (int) Math.max(1, Math.min(MOST_PROMPTS, SECONDS / one));
    BenchFigures figures = benchmark.run(prompts(2, count), done -> {}).figures();
    double tokens = figures.encode().tokens() / (double) figures.records();
    double flops =
        figures.records() * cost.encodeFlops(Math.round(tokens)) / figures.encode().seconds();
    return CheckStep.of(
        "encode",
        flops > 0,
        String.format(
            Locale.ROOT,
            "%,.0f tokens/s of %s prompts of %.0f tokens: %.3f TFLOP/s, %.2f of the device's %.3f",
            figures.encode().tokensPerSecond(),
            figures.records(),
            tokens,
            flops / 1e12,
            flops / peak,
            peak / 1e12),
        Map.of(
            "tokensPerSecond",
            figures.encode().tokensPerSecond(),
            "flopsPerSecond",
            flops,
            "shareOfPeak",
            flops / peak));
  }

  /**
   * Writing one answer, which is bound by reading the decoder's weights once a token.
   *
   * @param peak bytes a second of the device
   * @param bytes bytes of a weight
   */
  CheckStep decode(double peak, int bytes) {
    write(0);
    long begun = System.nanoTime();
    int steps = 0;
    for (int i = 1; i == 1 || System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(2); i++) {
      steps += write(i);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double read = (double) steps * cost.decoderNumbers() * bytes / seconds;
    return CheckStep.of(
        "decode",
        steps > 0,
        String.format(
            Locale.ROOT,
            "%.1f tokens/s of one answer at a time, its prompt encoded: %.2f GB/s of weights, %.2f of"
                + " the device's %.2f",
            steps / seconds,
            read / 1e9,
            read / peak,
            peak / 1e9),
        Map.of(
            "tokensPerSecond",
            steps / seconds,
            "bytesPerSecond",
            read,
            "shareOfPeak",
            read / peak));
  }

  private int write(int number) {
    return model
        .generate(Questions.prompt(number, 12), GenerationConfig.free(NEW_TOKENS))
        .join()
        .tokenIds()
        .length;
  }

  private static List<String> prompts(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(number -> Questions.prompt(number, PROMPT_TOKENS))
        .toList();
  }
}
