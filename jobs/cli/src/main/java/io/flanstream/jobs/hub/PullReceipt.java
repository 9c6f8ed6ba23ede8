package io.flanstream.jobs.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a pulled directory holds, and where it comes from.
 *
 * @param endpoint the hub
 * @param model the model's name there
 * @param revision what was asked for; empty in receipts of 0.1
 * @param commit its commit
 * @param files its files
 * @param pullRequest whose the revision is where it is a pull request, null where it is none
 * @param conversion what was converted, null where nothing was
 * @param tokenizerMade whether tokenizer.json was made of spiece.model
 */
public record PullReceipt(
    String endpoint,
    String model,
    String revision,
    String commit,
    List<HubFile> files,
    PullRequest pullRequest,
    Conversion conversion,
    boolean tokenizerMade) {
  /** File in the directory that has it. */
  public static final String FILE = "flanstream-pull.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * A change that somebody has offered to a model, which its owner need not have looked at.
   *
   * @param number its number
   * @param author who has opened it; empty where the hub does not say
   * @param title its title; empty where the hub does not say
   * @param status such as open or merged; empty where the hub does not say
   */
  public record PullRequest(int number, String author, String title, String status) {}

  /**
   * Weights that came pickled, and lie here as safetensors.
   *
   * @param pickled the files that came, with the checksums that the hub lists
   * @param kept whether they are still in the directory
   * @param aliases names that are left out, and the tensor that each is the same view as
   */
  public record Conversion(List<HubFile> pickled, boolean kept, Map<String, String> aliases) {
    /** Keeps the order of the files. */
    public Conversion {
      pickled = List.copyOf(pickled);
      aliases = Map.copyOf(aliases);
    }
  }

  /** Keeps the order of the files. */
  public PullReceipt {
    revision = Objects.requireNonNullElse(revision, "");
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
