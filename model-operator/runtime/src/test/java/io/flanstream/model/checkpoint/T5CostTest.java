package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against what PyTorch counts for transformers' T5: {@code src/dev/python/golden/make_flops.py}.
 */
class T5CostTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> operationsAreThoseThatPyTorchCounts() throws IOException {
    return shapes().flatMap(shape -> works(shape, cost(shape)));
  }

  private static Stream<DynamicTest> works(JsonNode shape, T5Cost cost) {
    return StreamSupport.stream(shape.required("work").spliterator(), false)
        .map(
            work ->
                DynamicTest.dynamicTest(
                    shape.required("name").textValue() + " " + work, () -> check(cost, work)));
  }

  private static void check(T5Cost cost, JsonNode work) {
    long tokens = work.required("tokens").longValue();
    long positions = work.required("positions").longValue();
    assertThat(cost.encodeFlops(tokens) + cost.decodeFlops(tokens, positions))
        .isEqualTo(work.required("encodeAndDecode").doubleValue());
    assertThat(cost.stepFlops(tokens, positions + 1))
        .isEqualTo(work.required("step").doubleValue());
  }

  @Test
  void parametersAreThoseOfTransformers() throws IOException {
    assertThat(shapes())
        .isNotEmpty()
        .allSatisfy(
            shape ->
                assertThat(cost(shape).parameters())
                    .isEqualTo(shape.required("parameters").longValue()));
  }

  @Test
  void bothPhasesTogetherReadEveryNumberButTheEmbedding() throws IOException {
    assertThat(shapes())
        .allSatisfy(
            shape -> {
              T5Cost cost = cost(shape);
              long embedding = (long) cost.config().vocabSize() * cost.config().dModel();
              assertThat(cost.encoderNumbers() + cost.decoderNumbers())
                  .isEqualTo(cost.parameters() - embedding);
            });
  }

  private Stream<JsonNode> shapes() throws IOException {
    try (InputStream file = T5CostTest.class.getResourceAsStream("/golden/flops.json")) {
      return StreamSupport.stream(JSON.readTree(file).spliterator(), false);
    }
  }

  private T5Cost cost(JsonNode shape) {
    try {
      Path file = Files.createTempFile(directory, "config", ".json");
      JSON.writeValue(file.toFile(), shape.required("config"));
      return new T5Cost(T5Config.read(file), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
