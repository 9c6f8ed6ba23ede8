package io.flanstream.model.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a conversion is, and at its end what it has done.
 *
 * @param converter who has converted
 * @param sources the files of pickled weights
 * @param maxShardBytes tensors of one file at most
 * @param files what is written
 * @param aliases names that are left out, and the tensor that each is the same view as
 */
record ConversionState(
    String converter,
    List<Source> sources,
    long maxShardBytes,
    List<ConvertedFile> files,
    Map<String, String> aliases) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * A file of pickled weights.
   *
   * @param name its name
   * @param size its bytes
   * @param modified when it was written
   */
  record Source(String name, long size, String modified) {
    static Source of(Path file) throws IOException {
      return new Source(
          file.getFileName().toString(),
          Files.size(file),
          Files.getLastModifiedTime(file).toInstant().toString());
    }
  }

  ConversionState {
    sources = List.copyOf(sources);
    files = List.copyOf(files);
    aliases = Map.copyOf(aliases);
  }

  /** The state in a file, if there is one that can be read. */
  static Optional<ConversionState> read(Path file) throws IOException {
    try {
      return Optional.of(MAPPER.readValue(Files.readAllBytes(file), ConversionState.class));
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Whether a conversion writes the same. */
  boolean isOfSameSources(ConversionState other) {
    return other.sources().equals(sources)
        && other.maxShardBytes() == maxShardBytes
        && other.converter().equals(converter);
  }

  /** Whether a file is written. */
  boolean has(String name) {
    return files.stream().anyMatch(file -> file.name().equals(name));
  }

  /** With one more file. */
  ConversionState with(ConvertedFile file) {
    List<ConvertedFile> more = new ArrayList<>(files);
    more.add(file);
    return new ConversionState(converter, sources, maxShardBytes, more, aliases);
  }

  /** What was written before, as far as it is of the same sources and still there. */
  ConversionState resumed(Optional<ConversionState> earlier, Path directory) throws IOException {
    ConversionState state = this;
    List<ConvertedFile> written =
        earlier.filter(this::isOfSameSources).map(ConversionState::files).orElse(List.of());
    for (ConvertedFile file : written) {
      Path path = directory.resolve(file.name());
      if (Files.isRegularFile(path) && Files.size(path) == file.size()) {
        state = state.with(file);
      }
    }
    return state;
  }

  void write(Path file) throws IOException {
    DurableFile.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }
}
