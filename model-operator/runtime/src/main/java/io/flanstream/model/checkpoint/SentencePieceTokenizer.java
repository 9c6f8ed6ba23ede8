package io.flanstream.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Turns {@code spiece.model}, which many checkpoints of the T5 family have, into the {@code
 * tokenizer.json} that they lack.
 *
 * <p>The result is what transformers makes of the same directory (convert_slow_tokenizer.py and
 * tokenization_t5.py), the extra ids of {@code tokenizer_config.json} and the tokens of {@code
 * added_tokens.json} included, with two differences. A model that was trained to fall back to
 * bytes, as mT5 was, does so here; transformers' T5 tokenizers give such a character {@code <unk>}.
 * And an added token that normalisation changes, such as a line break, is found where it is
 * written; transformers takes every space for it. A {@code tokenizer.json} that transformers saved
 * is taken as it is.
 */
public final class SentencePieceTokenizer {
  /** Name of the SentencePiece model in a checkpoint directory. */
  static final String MODEL_FILE = "spiece.model";

  static final String TOKENIZER_FILE = "tokenizer.json";

  private SentencePieceTokenizer() {}

  /**
   * Writes {@code tokenizer.json} into a checkpoint directory that has {@code spiece.model}. One
   * that is already there is kept.
   *
   * @param directory the directory
   * @return the file
   * @throws CheckpointException if there is no {@code spiece.model}, if it is malformed or cuts
   *     texts in a way that the T5 family does not, or if the file cannot be written
   */
  public static Path convert(Path directory) {
    Path target = directory.resolve(TOKENIZER_FILE);
    if (Files.exists(target)) {
      return target;
    }
    byte[] json = json(directory);
    try {
      Path part = Files.createTempFile(directory, TOKENIZER_FILE, ".part");
      try {
        Files.write(part, json);
        return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot convert tokenizer: %s is not writable".formatted(target), e);
    }
  }

  /**
   * The {@code tokenizer.json} of a directory's {@code spiece.model}.
   *
   * @param directory the directory
   * @return the JSON in UTF-8
   * @throws CheckpointException if there is no {@code spiece.model}, or if it is malformed or cuts
   *     texts in a way that the T5 family does not
   */
  public static byte[] json(Path directory) {
    Path file = directory.resolve(MODEL_FILE);
    SentencePieceModel model = SentencePieceModel.read(file);
    return new TokenizerConversion(file, model, DeclaredTokens.read(directory)).json();
  }
}
