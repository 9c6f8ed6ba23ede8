package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceMap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What scoring 20 labels costs with mT5's 250,112 rows against 32,128 rows of the same width, in
 * turns, on the CPU in float32, in seconds of one core: under {@code
 * -Dflanstream.vocabulary-cost=true}.
 */
@EnabledIfSystemProperty(named = "flanstream.vocabulary-cost", matches = "true")
class VocabularyCostTest {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int ROUNDS = 3;
  private static final int PROMPTS = 4;
  private static final int TOKENS = 64;
  private static final double MOST = 1.3;

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "mt5-small, 512, 1024, 6, 8, NONE",
    "mt5-small, 512, 1024, 6, 8, PREPACKED",
    "mt5-base, 768, 2048, 12, 12, NONE",
    "mt5-base, 768, 2048, 12, 12, PREPACKED",
  })
  void rowsThatNoLabelNeedsCostLittle(
      String name, int width, int inner, int heads, int layers, Packing packing)
      throws IOException {
    ChoiceTrie trie = trie();
    Shape shape = new Shape(width, inner, heads, layers);
    try (DjlDevice few = open("few", shape, 32_128, packing);
        DjlDevice many = open("many", shape, 250_112, packing);
        DjlDevice among = open("among", shape, 250_112, packing.withoutHead())) {
      double[] seconds = new double[3];
      Arrays.fill(seconds, Double.MAX_VALUE);
      for (int round = 0; round < ROUNDS; round++) {
        seconds[0] = Math.min(seconds[0], seconds(few, trie));
        seconds[1] = Math.min(seconds[1], seconds(many, trie));
        seconds[2] = Math.min(seconds[2], seconds(among, trie.amongEdges()));
      }
      System.out.printf(
          Locale.ROOT,
          "%s %s, %d prompts of %d tokens, %d decoder positions: 250,112 rows cost %.2f of 32,128, among labels %.2f%n",
          name,
          packing,
          PROMPTS,
          TOKENS,
          trie.nodes(),
          seconds[1] / seconds[0],
          seconds[2] / seconds[0]);
      assertThat(seconds[2] / seconds[0]).isLessThan(MOST);
    }
  }

  private static double seconds(Device device, ChoiceTrie trie) {
    int[][] prompts = new int[PROMPTS][TOKENS];
    long begun = SYSTEM.getProcessCpuTime();
    try (Device.Encoding encoding = device.encode(prompts)) {
      assertThat(device.score(encoding, 0, PROMPTS, trie)).hasNumberOfRows(PROMPTS);
    }
    return (SYSTEM.getProcessCpuTime() - begun) / 1e9;
  }

  /** Labels of three tokens, of which half begin as another does. */
  private static ChoiceTrie trie() {
    Random random = new Random(3);
    List<int[]> labels = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      labels.add(
          new int[] {100 + i / 2, 1000 + random.nextInt(31_000), 1000 + random.nextInt(31_000), 1});
    }
    return ChoiceTrie.of(labels, 0);
  }

  private record Shape(int width, int inner, int heads, int layers) {}

  private DjlDevice open(String name, Shape shape, int rows, Packing packing) throws IOException {
    Path directory = Files.createDirectory(temporary.resolve(name));
    new TestingWeights(
            directory,
            StoredType.F32,
            config ->
                config
                    .put("d_model", shape.width())
                    .put("d_ff", shape.inner())
                    .put("d_kv", 64)
                    .put("num_heads", shape.heads())
                    .put("num_layers", shape.layers())
                    .put("num_decoder_layers", shape.layers())
                    .put("vocab_size", rows))
        .zeros(0);
    return DjlDevice.open(
        Checkpoint.open(directory),
        122,
        WeightLayout.of(StoredType.F32, packing),
        DeviceMap.single("cpu"),
        1,
        LoadListener.NONE);
  }
}
