package io.flanstream.model.djl;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Tensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Writes checkpoints of UL2's kind and any size: zeros that take no disk, or random bytes. */
final class TestingWeights {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final StoredType dtype;
  private final List<Map.Entry<String, List<Long>>> tensors;

  /**
   * Writes config and tokenizer.
   *
   * @param shape changes the shape of the golden checkpoint
   */
  TestingWeights(Path directory, StoredType dtype, Consumer<ObjectNode> shape) throws IOException {
    this.directory = directory;
    this.dtype = dtype;
    Path golden = GoldenCheckpoint.of("ul2").directory();
    Files.copy(golden.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    ObjectNode settings = (ObjectNode) JSON.readTree(golden.resolve("config.json").toFile());
    shape.accept(settings);
    JSON.writeValue(directory.resolve("config.json").toFile(), settings);
    T5Config config = T5Config.read(directory.resolve("config.json"));
    this.tensors = new ArrayList<>(T5Tensors.shapes(config).entrySet());
  }

  /**
   * Writes zeros to one file.
   *
   * @param shift bytes by which the numbers lie off a multiple of eight
   * @return bytes of the weights
   */
  long zeros(int shift) throws IOException {
    return file("model.safetensors", tensors, shift, false);
  }

  /** Writes random bytes to a number of shards. */
  List<Path> random(int shards) throws IOException {
    List<Path> files = new ArrayList<>();
    ObjectNode index = JSON.createObjectNode();
    ObjectNode names = index.putObject("weight_map");
    int each = (tensors.size() + shards - 1) / shards;
    for (int shard = 0; shard < shards; shard++) {
      String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
      List<Map.Entry<String, List<Long>>> part =
          tensors.subList(each * shard, Math.min(each * (shard + 1), tensors.size()));
      file(name, part, 0, true);
      part.forEach(tensor -> names.put(tensor.getKey(), name));
      files.add(directory.resolve(name));
    }
    JSON.writeValue(directory.resolve(INDEX).toFile(), index);
    return files;
  }

  private long file(
      String name, List<Map.Entry<String, List<Long>>> part, int shift, boolean random)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, List<Long>> tensor : part) {
      long size = tensor.getValue().stream().reduce(1L, (a, b) -> a * b) * dtype.bytes();
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", dtype.name());
      tensor.getValue().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(end).add(end + size);
      end += size;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8 + shift);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve(name).toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded.length).array());
      file.write(padded);
      if (random) {
        fill(file, end);
      } else {
        file.setLength(8 + padded.length + end);
      }
    }
    return end;
  }

  private static void fill(RandomAccessFile file, long bytes) throws IOException {
    byte[] block = new byte[1 << 22];
    Random random = new Random(7);
    for (long at = 0; at < bytes; at += block.length) {
      random.nextBytes(block);
      file.write(block, 0, (int) Math.min(block.length, bytes - at));
    }
    file.getFD().sync();
  }
}
