package io.flanstream.jobs.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a pulled directory holds, and whence.
 *
 * @param endpoint the hub
 * @param model the model's name there
 * @param commit its commit
 * @param files its files
 */
public record PullReceipt(String endpoint, String model, String commit, List<HubFile> files) {
  /** File in the directory that has it. */
  public static final String FILE = "flanstream-pull.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Keeps the order of the files. */
  public PullReceipt {
    files = List.copyOf(files);
  }

  /** The receipt in a directory, if there is one and every file is as long as it says. */
  static Optional<PullReceipt> read(Path directory) throws IOException {
    try {
      PullReceipt receipt =
          MAPPER.readValue(Files.readAllBytes(directory.resolve(FILE)), PullReceipt.class);
      for (HubFile file : receipt.files()) {
        if (Files.size(directory.resolve(file.name())) != file.size()) {
          return Optional.empty();
        }
      }
      return Optional.of(receipt);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  void write(Path directory) throws IOException {
    Files.write(
        directory.resolve(FILE), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(HubFile::size).sum();
  }
}
