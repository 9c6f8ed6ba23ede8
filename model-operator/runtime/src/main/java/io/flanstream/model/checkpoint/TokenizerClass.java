package io.flanstream.model.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The tokenizer class that a checkpoint names: one of T5's, or one of another kind. */
final class TokenizerClass {
  private static final String KEY = "tokenizer_class";
  private static final List<String> FILES = List.of("tokenizer_config.json", "config.json");

  /** Classes over byte-level BPE or WordPiece, by the beginning of their names. */
  private static final List<String> OTHERS =
      List.of("Roberta", "GPT2", "Bart", "Bert", "CodeGen", "Whisper", "Qwen2");

  private TokenizerClass() {}

  /**
   * Refuses a tokenizer that is neither SentencePiece's nor of bytes, such as CodeT5's.
   *
   * @throws CheckpointException if the directory names one, or has one's files and no others
   */
  static void refuseOthers(Path directory) {
    for (String name : FILES) {
      Path file = directory.resolve(name);
      String named = Files.exists(file) ? JsonFile.readObject(file).path(KEY).asText("") : "";
      if (OTHERS.stream().anyMatch(named::startsWith)) {
        throw new CheckpointException(
            "Cannot open checkpoint: %s in %s must be T5's or ByT5's, got %s: it needs byte-level BPE or WordPiece, as CodeT5 does"
                .formatted(KEY, file, named));
      }
    }
    if (Files.exists(directory.resolve("merges.txt"))
        && !Files.exists(directory.resolve("tokenizer.json"))
        && !Files.exists(directory.resolve("spiece.model"))) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s must have tokenizer.json or spiece.model, got merges.txt: it needs byte-level BPE, as CodeT5 does"
              .formatted(directory));
    }
  }
}
