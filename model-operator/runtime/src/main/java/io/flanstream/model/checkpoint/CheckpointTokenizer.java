package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The tokenizer of a checkpoint directory: its {@code tokenizer.json}, else what its {@code
 * spiece.model} becomes, else the bytes of a text where the directory names ByT5's tokenizer, which
 * has no file.
 *
 * <p>Immutable and thread-safe.
 *
 * @param source where it comes from
 * @param file what it says about its vocabulary
 * @param converted the {@code tokenizer.json} in UTF-8 that {@code spiece.model} became; empty
 *     where none was converted
 */
public record CheckpointTokenizer(Path source, TokenizerFile file, Optional<byte[]> converted) {
  private static final String BYTES = "ByT5Tokenizer";
  private static final int SENTINELS = 125;

  /**
   * Opens a directory's tokenizer.
   *
   * @param directory the directory
   * @return the tokenizer
   * @throws CheckpointException if there is none, or it is malformed or not supported
   */
  public static CheckpointTokenizer open(Path directory) {
    Path source = find(directory);
    if (source.endsWith(SentencePieceTokenizer.TOKENIZER_FILE)) {
      return new CheckpointTokenizer(source, TokenizerFile.read(source), Optional.empty());
    }
    if (source.endsWith(SentencePieceTokenizer.MODEL_FILE)) {
      byte[] json = SentencePieceTokenizer.json(directory);
      return new CheckpointTokenizer(source, TokenizerFile.parse(source, json), Optional.of(json));
    }
    int sentinels = JsonFile.readObject(source).path("extra_ids").asInt(0);
    return new CheckpointTokenizer(
        source, TokenizerFile.ofBytes(sentinels > 0 ? sentinels : SENTINELS), Optional.empty());
  }

  /**
   * The file that says what a directory's tokenizer is.
   *
   * @throws CheckpointException if there is none
   */
  static Path find(Path directory) {
    for (String name :
        new String[] {SentencePieceTokenizer.TOKENIZER_FILE, SentencePieceTokenizer.MODEL_FILE}) {
      if (Files.exists(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    for (String name : new String[] {"tokenizer_config.json", "config.json"}) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        JsonNode named = JsonFile.readObject(file).path("tokenizer_class");
        if (named.asText().equals(BYTES)) {
          return file;
        }
      }
    }
    throw new CheckpointException(
        "Cannot open checkpoint: %s must have tokenizer.json or spiece.model, or name %s in tokenizer_config.json, got neither"
            .formatted(directory, BYTES));
  }

  /** Whether each byte of a text is a token. */
  public boolean ofBytes() {
    return !source.endsWith(SentencePieceTokenizer.TOKENIZER_FILE) && converted.isEmpty();
  }
}
