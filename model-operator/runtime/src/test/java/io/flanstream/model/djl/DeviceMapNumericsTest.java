package io.flanstream.model.djl;

import static java.util.Arrays.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.GoldenDecoding;
import io.flanstream.model.GoldenLayout;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Tensors;
import io.flanstream.model.device.DeviceMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers over several devices, all of them the CPU: every block is a run of its own, so that all
 * that is done between devices is done. That nothing is left on the wrong one is shown by {@code
 * src/dev/python/program/placement.py}.
 */
class DeviceMapNumericsTest {

  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_0", "ul2", "umt5-5x"})
  void answersAreThoseOfOneDevice(String name) {
    GoldenCheckpoint golden = GoldenLayout.checkpoint(name);
    List<Double> expected;
    try (TextModel model = open(golden, DeviceMap.single("cpu"), Packing.NONE, 1)) {
      expected = numbers(golden, model);
    }
    try (TextModel model = open(golden, blockwise(golden), Packing.NONE, 1)) {
      List<Double> numbers = numbers(golden, model);
      assertThat(numbers).hasSameSizeAs(expected);
      for (int i = 0; i < numbers.size(); i++) {
        assertThat(numbers.get(i)).isCloseTo(expected.get(i), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Packing.class,
      names = {"PREPACKED", "INT8"})
  void packedLayersAreSpread(Packing packing) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2");
    try (TextModel one = open(golden, DeviceMap.single("cpu"), packing, 1);
        TextModel model = open(golden, blockwise(golden), packing, 1)) {
      List<Double> expected = numbers(golden, one);
      List<Double> numbers = numbers(golden, model);
      for (int i = 0; i < numbers.size(); i++) {
        assertThat(numbers.get(i)).isCloseTo(expected.get(i), within(1e-5));
      }
    }
  }

  /** Rows that join late, move, leave and take over one another's caches. */
  @Test
  void everyWayOfDecodingIsThatOfOneDevice() {
    GoldenDecoding golden = GoldenDecoding.of("ul2");
    Checkpoint checkpoint = Checkpoint.open(golden.checkpoint().directory());
    assertThat(
            golden.different(
                DjlDevice.open(
                    checkpoint,
                    checkpoint.config().vocabSize(),
                    WeightLayout.of(StoredType.F32, Packing.NONE),
                    blockwise(golden.checkpoint()),
                    1,
                    LoadListener.NONE)))
        .isZero();
  }

  private static List<Double> numbers(GoldenCheckpoint golden, TextModel model) {
    List<CompletableFuture<ChoiceScores>> scores = new ArrayList<>();
    List<CompletableFuture<GenerationOutput>> texts = new ArrayList<>();
    for (GoldenCheckpoint.Score score : golden.expected().scores()) {
      Choices choices = model.choices(score.choices());
      scores.add(model.score(score.prompt(), choices));
    }
    for (GoldenCheckpoint.Written text : golden.expected().generations()) {
      texts.add(model.generate(text.prompt(), GenerationConfig.free(text.maxNewTokens())));
    }
    DoubleStream scored = scores.stream().flatMapToDouble(one -> stream(one.join().logprobs()));
    DoubleStream written = texts.stream().flatMapToDouble(one -> stream(one.join().logprobs()));
    return DoubleStream.concat(scored, written).boxed().toList();
  }

  private static DeviceMap blockwise(GoldenCheckpoint golden) {
    T5Config config = Checkpoint.open(golden.directory()).config();
    List<String> ranges = new ArrayList<>();
    for (int part = 1; part < T5Tensors.parts(config) - 1; part++) {
      int block = part - 1;
      int layers = config.encoderLayers();
      ranges.add(
          block < layers
              ? "encoder.block.%s=cpu".formatted(block)
              : "decoder.block.%s=cpu".formatted(block - layers));
    }
    return DeviceMap.parse(String.join(", ", ranges), List.of("cpu"));
  }

  private static TextModel open(
      GoldenCheckpoint golden, DeviceMap map, Packing packing, int batch) {
    return TextModels.open(
        golden.settings(batch, ModelSettings.DataType.FLOAT32),
        (checkpoint, vocabulary) ->
            DjlDevice.open(
                checkpoint,
                vocabulary.size(),
                WeightLayout.of(StoredType.F32, packing),
                map,
                1,
                LoadListener.NONE));
  }
}
