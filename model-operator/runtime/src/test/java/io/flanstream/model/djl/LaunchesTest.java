package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A decoder step starts few kernels on CUDA: operations of that branch in bfloat16, as libtorch's
 * profiler sees them on the CPU, casts and copies included, views and allocations left out. {@code
 * src/dev/python/program/launches.py} lists them.
 */
class LaunchesTest {
  private static final int MOST_A_BLOCK = 24;
  private static final int MOST_BESIDES = 30;

  /** To the device and back: on the CPU the tensors are there. */
  private static final int COPIES = 2;

  private static final Set<String> VIEWS =
      Set.of(
          "aten::view",
          "aten::_unsafe_view",
          "aten::t",
          "aten::transpose",
          "aten::permute",
          "aten::expand",
          "aten::select",
          "aten::slice",
          "aten::unsqueeze",
          "aten::squeeze",
          "aten::as_strided",
          "aten::detach",
          "aten::alias",
          "aten::empty",
          "aten::empty_strided",
          "aten::narrow",
          "aten::split",
          "aten::size",
          "aten::_reshape_alias");

  /** What libtorch makes of others. */
  private static final Set<String> COMPOSITES =
      Set.of(
          "aten::linear",
          "aten::matmul",
          "aten::reshape",
          "aten::contiguous",
          "aten::chunk",
          "aten::to",
          "aten::float",
          "aten::layer_norm",
          "aten::log_softmax",
          "aten::scaled_dot_product_attention");

  private final ObjectMapper json = new ObjectMapper();

  @ParameterizedTest(name = "with lanes: {0}")
  @ValueSource(ints = {1, 3})
  void aDecoderStepStartsFewKernels(int lanes, @TempDir Path directory) throws IOException {
    Map<String, Integer> two = launches(Files.createDirectory(directory.resolve("two")), 2, lanes);
    Map<String, Integer> three =
        launches(Files.createDirectory(directory.resolve("three")), 3, lanes);
    int block = sum(three) - sum(two);
    assertThat(block).as("a block of %s", three).isBetween(1, MOST_A_BLOCK);
    assertThat(sum(two) - 2 * block + COPIES).as("besides, of %s", two).isBetween(1, MOST_BESIDES);
  }

  private static int sum(Map<String, Integer> launches) {
    return launches.values().stream().mapToInt(Integer::intValue).sum();
  }

  private Map<String, Integer> launches(Path directory, int layers, int lanes) throws IOException {
    new TestingWeights(
            directory, StoredType.BF16, config -> config.put("num_decoder_layers", layers))
        .zeros(0);
    Checkpoint checkpoint = Checkpoint.open(directory);
    int[][] prompts =
        IntStream.range(0, 2 * lanes)
            .mapToObj(row -> IntStream.range(2, 2 + 10 * (1 << (2 * (row / 2)))).toArray())
            .map(prompt -> Arrays.stream(prompt).map(id -> id % 50 + 2).toArray())
            .toArray(int[][]::new);
    Path trace = directory.resolve("trace.json");
    try (DjlDevice device =
            DjlDevice.open(
                T5Program.source(),
                checkpoint,
                checkpoint.config().vocabSize(),
                StoredType.BF16,
                Packing.NONE,
                ProgramBranch.CUDA);
        Device.Encoding encoding = device.encode(prompts);
        Device.Decoder decoder = device.startDecoding()) {
      decoder.join(encoding, IntStream.range(0, prompts.length).toArray());
      DecoderStep step = step(prompts.length);
      decoder.step(step);
      JniUtils.startProfile(false, false, false);
      try {
        decoder.step(step);
      } finally {
        JniUtils.stopProfile(trace.toString());
      }
    }
    return count(json.readTree(trace.toFile()));
  }

  /** A constrained row that is scored, one whose most probable pieces are wanted, and free ones. */
  private static DecoderStep step(int rows) {
    DecoderStep step = new DecoderStep();
    step.resize(rows);
    for (int row = 0; row < rows; row++) {
      step.tokens()[row] = 3;
      step.positions()[row] = 4;
      step.allowed()[row] = row == 0 ? new int[] {5, 6, 7} : null;
      step.scored()[row] = row == 0;
      step.top()[row] = row == 1 ? 4 : 0;
    }
    return step;
  }

  /** Operations that are neither views nor composites, nor within one that was counted. */
  private static Map<String, Integer> count(JsonNode trace) {
    List<Event> events = new ArrayList<>();
    trace.forEach(
        event -> {
          if (event.path("name").asText().startsWith("aten::")) {
            events.add(
                new Event(
                    event.get("name").asText(),
                    event.get("ts").asDouble(),
                    event.get("ts").asDouble() + event.get("dur").asDouble()));
          }
        });
    events.sort(Comparator.comparingDouble(Event::start).thenComparingDouble(one -> -one.end));
    Map<String, Integer> counts = new TreeMap<>();
    double until = Double.NEGATIVE_INFINITY;
    for (Event event : events) {
      if (event.end > until && !COMPOSITES.contains(event.name)) {
        until = event.end;
        if (!VIEWS.contains(event.name)) {
          counts.merge(event.name.substring(6), 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  private record Event(String name, double start, double end) {}
}
