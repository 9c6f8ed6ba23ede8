package io.flanstream.model.convert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.pickle.PickleException;
import io.flanstream.model.pickle.PickledTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns pickled weights into safetensors files with the same tensors, bit by bit. No pickle is run,
 * and every one is read to its end before a byte is written.
 *
 * <p>Of names for the same elements one is written; the others stand in the header of its file, as
 * {@code safetensors.torch} notes them. A file has its name when it is whole and on the disk; a
 * conversion that ended early goes on behind the last whole file, and the index comes last. One
 * thread at a time.
 */
public final class WeightConversion {
  /** Says in a directory what was converted. */
  public static final String RECEIPT = "flanstream-convert.json";

  /** Tensors of one file, as transformers cuts them. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  private static final long LARGE = 1 << 20;
  private static final String CONVERTER = "flanstream 1";
  private static final String STATE = RECEIPT + ".partial";
  private static final String LOCK = RECEIPT + ".lock";
  private static final String PARTIAL = ".partial";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path source;
  private final WeightSource weights;
  private final long maxShardBytes;
  private final List<OutputShard> shards;
  private volatile Path writing;

  private WeightConversion(Path source, WeightSource weights, long maxShardBytes) {
    this.source = source;
    this.weights = weights;
    this.maxShardBytes = maxShardBytes;
    this.shards = ConversionPlan.of(weights, maxShardBytes);
  }

  /**
   * Reads the pickles, and plans.
   *
   * @param source a directory with {@code pytorch_model.bin}, its index or {@code
   *     adapter_model.bin}, or one file
   * @param maxShardBytes tensors of one safetensors file at most
   * @throws CheckpointException if there are no weights, or an index and its files differ
   * @throws PickleException if a pickle does anything but what weights need
   */
  public static WeightConversion plan(Path source, long maxShardBytes) {
    return new WeightConversion(source, WeightSource.read(source), maxShardBytes);
  }

  /** Directory of the pickled weights. */
  public Path directory() {
    return weights.directory();
  }

  /** The files of pickled weights. */
  public List<Path> sources() {
    return weights.dicts().stream().map(dict -> dict.file()).toList();
  }

  /** Bytes that are written. */
  public long bytes() {
    return shards.stream().mapToLong(OutputShard::fileBytes).sum();
  }

  /** Names that are left out, and the tensor that each is the same view as. */
  public Map<String, String> aliases() {
    Map<String, String> aliases = new TreeMap<>();
    shards.forEach(shard -> aliases.putAll(shard.aliases()));
    return aliases;
  }

  /**
   * Writes the safetensors files, as far as an earlier run has not.
   *
   * @param directory where to
   * @param listener is told how far it is
   * @return all files, the index among them
   * @throws CheckpointException if the directory has other weights, the disk is too small or does
   *     not take them, or another process is converting there
   */
  public List<ConvertedFile> into(Path directory, ConversionListener listener) {
    try {
      Files.createDirectories(directory);
      FileChannel lock = lock(directory);
      try {
        return convert(directory, listener);
      } finally {
        Files.deleteIfExists(directory.resolve(LOCK));
        lock.close();
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot convert %s: %s: %s"
              .formatted(source, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Removes the file that is being written, when the process is told to end. */
  public void abandon() throws IOException {
    Path path = writing;
    if (path != null) {
      Files.deleteIfExists(path);
    }
  }

  private List<ConvertedFile> convert(Path directory, ConversionListener listener)
      throws IOException {
    List<ConversionState.Source> sources = new ArrayList<>();
    for (Path file : sources()) {
      sources.add(ConversionState.Source.of(file));
    }
    ConversionState fresh =
        new ConversionState(CONVERTER, sources, maxShardBytes, List.of(), aliases());
    Optional<ConversionState> earlier = ConversionState.read(directory.resolve(STATE));
    if (earlier.filter(fresh::isOfSameSources).isEmpty()) {
      removeOthers(directory, earlier);
      earlier = ConversionState.read(directory.resolve(RECEIPT));
    }
    if (earlier.filter(fresh::isOfSameSources).isEmpty()) {
      checkFree(directory);
    }
    ConversionState state = fresh.resumed(earlier, directory);
    if (isComplete(state)) {
      return state.files();
    }
    checkSpace(directory, state);
    state.write(directory.resolve(STATE));
    listener.expected(bytes());
    for (OutputShard shard : shards) {
      if (state.has(shard.name())) {
        listener.kept(shard.fileBytes());
      } else {
        state = state.with(write(directory, shard, listener));
        state.write(directory.resolve(STATE));
      }
    }
    if (shards.size() > 1 && !state.has(index())) {
      state = state.with(writeIndex(directory));
    }
    state.write(directory.resolve(STATE));
    DurableFile.rename(directory.resolve(STATE), directory.resolve(RECEIPT));
    return state.files();
  }

  /** What an unfinished conversion of other sources has left. */
  private static void removeOthers(Path directory, Optional<ConversionState> left)
      throws IOException {
    for (ConvertedFile file : left.map(ConversionState::files).orElse(List.of())) {
      if (file.name().matches("[\\w.-]+\\.safetensors(\\.index\\.json)?")) {
        Files.deleteIfExists(directory.resolve(file.name()));
      }
    }
  }

  private boolean isComplete(ConversionState state) {
    return state.files().size() == shards.size() + (shards.size() > 1 ? 1 : 0);
  }

  private ConvertedFile write(Path directory, OutputShard shard, ConversionListener listener)
      throws IOException {
    Path partial = directory.resolve(shard.name() + PARTIAL);
    writing = partial;
    try (FileChannel from = FileChannel.open(shard.source());
        HashedFile to = new HashedFile(partial)) {
      ByteBuffer header = shard.header();
      while (header.hasRemaining()) {
        ByteBuffer buffer = to.buffer();
        int part = Math.min(buffer.remaining(), header.remaining());
        buffer.put(header.slice(header.position(), part));
        header.position(header.position() + part);
        to.write(buffer);
        listener.converted(part);
      }
      copy(shard, from, to, listener);
      String hash = to.finish();
      DurableFile.rename(partial, directory.resolve(shard.name()));
      return new ConvertedFile(shard.name(), shard.fileBytes(), hash);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(partial);
      if (e instanceof IOException disk) {
        throw new CheckpointException(
            "Cannot write %s from %s: %s".formatted(partial, shard.source(), disk.getMessage()), e);
      }
      throw e;
    } finally {
      writing = null;
    }
  }

  /**
   * Large tensors are moved by the system. Small ones share a buffer: a checkpoint has hundreds of
   * a few kilobytes.
   */
  private static void copy(
      OutputShard shard, FileChannel from, HashedFile to, ConversionListener listener)
      throws IOException {
    ByteBuffer buffer = to.buffer();
    for (PickledTensor tensor : shard.tensors()) {
      if (tensor.isContiguous() && tensor.bytes() >= LARGE) {
        listener.converted(buffer.position());
        to.write(buffer);
        to.transfer(from, tensor.position(), tensor.bytes(), listener);
        buffer = to.buffer();
        continue;
      }
      TensorElements elements = new TensorElements(from, tensor);
      while (elements.fill(buffer)) {
        buffer.limit(buffer.capacity());
        if (buffer.remaining() < tensor.type().bytes()) {
          listener.converted(buffer.position());
          to.write(buffer);
          buffer = to.buffer();
        }
      }
    }
    listener.converted(buffer.position());
    to.write(buffer);
  }

  private String index() {
    return weights.stem() + ".safetensors.index.json";
  }

  private ConvertedFile writeIndex(Path directory) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("metadata")
        .put("total_size", shards.stream().mapToLong(OutputShard::tensorBytes).sum());
    Map<String, String> sorted = new TreeMap<>();
    for (OutputShard shard : shards) {
      shard.tensors().forEach(tensor -> sorted.put(tensor.name(), shard.name()));
    }
    sorted.forEach(json.putObject("weight_map")::put);
    byte[] bytes = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    DurableFile.write(directory.resolve(index()), bytes);
    return ConvertedFile.of(index(), bytes);
  }

  private void checkFree(Path directory) {
    for (String name : List.of(weights.stem() + ".safetensors", index())) {
      if (Files.exists(directory.resolve(name))) {
        throw new CheckpointException(
            "Cannot convert %s: %s must have no safetensors yet, got %s"
                .formatted(source, directory, name));
      }
    }
  }

  private void checkSpace(Path directory, ConversionState state) throws IOException {
    long missing =
        shards.stream()
            .filter(shard -> !state.has(shard.name()))
            .mapToLong(OutputShard::fileBytes)
            .sum();
    long usable = directory.toFile().getUsableSpace();
    if (missing > usable) {
      throw new CheckpointException(
          "Cannot convert %s: %s must have %s bytes free, got %s"
              .formatted(source, directory, missing, usable));
    }
  }

  private FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      channel.close();
      throw new CheckpointException(
          "Cannot convert %s: another process is converting into %s".formatted(source, directory));
    }
    return channel;
  }
}
