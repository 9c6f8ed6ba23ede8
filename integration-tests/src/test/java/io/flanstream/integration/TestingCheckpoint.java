package io.flanstream.integration;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Checkpoints of any size with random weights and flan-mini's tokenizer. */
final class TestingCheckpoint {
  private static final Path FLAN_MINI = TestingLauncher.ROOT.resolve("deploy/models/flan-mini");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int BLOCK = 1 << 20;
  private static final double DEVIATION = 0.02;

  private TestingCheckpoint() {}

  /**
   * Writes one in float32.
   *
   * @param directory where to
   * @param width width of the hidden states; that of the feed-forward layers is four times as much
   * @param layers of the encoder, and of the decoder
   * @return bytes of the weights
   */
  static long write(Path directory, int width, int layers) throws IOException {
    Files.createDirectories(directory);
    ObjectNode config = (ObjectNode) MAPPER.readTree(FLAN_MINI.resolve("config.json").toFile());
    config.put("d_model", width).put("d_kv", 64).put("num_heads", width / 64);
    config.put("d_ff", 4 * width).put("num_layers", layers).put("num_decoder_layers", layers);
    Path file = directory.resolve("config.json");
    MAPPER.writeValue(file.toFile(), config);
    Files.copy(FLAN_MINI.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    return writeWeights(
        directory.resolve("model.safetensors"), T5Tensors.shapes(T5Config.read(file)));
  }

  private static long writeWeights(Path file, Map<String, List<Long>> shapes) throws IOException {
    ObjectNode header = MAPPER.createObjectNode();
    long end = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      long start = end;
      end += Float.BYTES * tensor.getValue().stream().reduce(1L, Math::multiplyExact);
      ObjectNode entry = header.putObject(tensor.getKey());
      entry.put("dtype", "F32");
      tensor.getValue().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(start).add(end);
    }
    byte[] names = padded(header.toString()).getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(length.putLong(names.length).flip());
      out.write(ByteBuffer.wrap(names));
      ByteBuffer block = randomBlock();
      for (long left = end; left > 0; left -= block.limit()) {
        block.clear().limit((int) Math.min(block.capacity(), left));
        while (block.hasRemaining()) {
          out.write(block);
        }
      }
    }
    return end;
  }

  /** So that the numbers begin at a multiple of eight, as the format's own writer has it. */
  private static String padded(String header) {
    return header + " ".repeat(Math.floorMod(-header.length(), Long.BYTES));
  }

  private static ByteBuffer randomBlock() {
    Random random = new Random(7);
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putFloat((float) (DEVIATION * random.nextGaussian()));
    }
    return block;
  }
}
