package io.flanstream.model.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Memory of a process that answers very many requests of every kind.
 *
 * <p>The heap is touched whole at the start, so that what the process has beside it is exact, and
 * collected by one thread without tables of its own. The C library's allocator is left as it is:
 * what it does not give back is lost to the user, too.
 */
@EnabledIfSystemProperty(
    named = "flanstream.endurance",
    matches = "\\d+",
    disabledReason = "takes long: -Dflanstream.endurance=1000000")
class EnduranceTest {
  private static final int REQUESTS = Integer.getInteger("flanstream.endurance", 0);
  private static final int SAMPLES = 100;
  private static final String HEAP = "192m";

  private static final double MOST_GROWTH = 0.05;

  @Test
  void memoryIsFlat() throws IOException, InterruptedException {
    List<MemorySample> samples = run(REQUESTS, false);
    MemoryTrend trend = new MemoryTrend(samples);
    System.out.printf(
        Locale.ROOT,
        "a request adds %.1f bytes to the heap, %.1f beside it, %.1f to what is held there%n",
        trend.slope(MemorySample::heap),
        trend.slope(MemorySample::anonymous),
        trend.slope(MemorySample::allocated));
    assertThat(trend.growth(MemorySample::heap)).as("heap").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::anonymous)).as("beside it").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::allocated)).as("held there").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::mappings)).as("mappings").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::files)).as("files").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::threads)).as("threads").isLessThan(MOST_GROWTH);
    assertThat(samples.subList(1, samples.size()))
        .as("objects of the engine when nothing is under way")
        .extracting(MemorySample::engineObjects)
        .containsOnly(samples.get(1).engineObjects());
  }

  @Test
  void aLeakIsSeen() throws IOException, InterruptedException {
    MemoryTrend trend = new MemoryTrend(run(REQUESTS / 5, true));
    assertThat(trend.growth(MemorySample::heap)).as("heap").isLessThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::anonymous)).as("beside it").isGreaterThan(MOST_GROWTH);
    assertThat(trend.growth(MemorySample::allocated)).as("held there").isGreaterThan(MOST_GROWTH);
  }

  private static List<MemorySample> run(int requests, boolean leaking)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + HEAP,
                "-Xmx" + HEAP,
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-Dflanstream.root=" + System.getProperty("flanstream.root"),
                "-cp",
                System.getProperty("java.class.path"),
                EnduranceProcess.class.getName(),
                String.valueOf(requests / SAMPLES),
                String.valueOf(SAMPLES),
                String.valueOf(leaking))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<MemorySample> samples = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        if (line.startsWith(MemorySample.class.getSimpleName())) {
          samples.add(MemorySample.parse(line));
        }
      }
    }
    assertThat(process.waitFor()).isZero();
    assertThat(samples).hasSize(SAMPLES + 1);
    return samples;
  }
}
