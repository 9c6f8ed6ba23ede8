package io.flanstream.model.convert;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.SentencePieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A new directory with the weights as safetensors and the checkpoint's other files. It is there
 * when it is complete, and beside it as {@code <name>.partial} before.
 */
public final class ConvertedDirectory {
  /** Weights in any form, their indexes, and what the conversion itself writes. */
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(bin|safetensors|index\\.json|pt|pth|ckpt|pkl|h5|msgpack|ot|onnx|gguf|part|partial)"
              + "|flanstream-.*|weights-hash\\.json|\\..*");

  private ConvertedDirectory() {}

  /** Where the files of an unfinished conversion are. */
  public static Path partial(Path directory) {
    Path whole = directory.toAbsolutePath().normalize();
    return whole.resolveSibling(whole.getFileName() + ".partial");
  }

  /**
   * Makes the directory, unless it is there from an earlier conversion of the same files.
   *
   * @param conversion the weights
   * @param others the directory whose other files are copied
   * @param directory the new directory
   * @param listener is told how far it is
   * @return the files of weights
   * @throws CheckpointException if the directory holds other things, or the disk does not take them
   */
  public static List<ConvertedFile> create(
      WeightConversion conversion, Path others, Path directory, ConversionListener listener) {
    if (Files.exists(directory.resolve(WeightConversion.RECEIPT))) {
      return conversion.into(directory, listener);
    }
    Path partial = partial(directory);
    try {
      if (Files.exists(directory) && !isEmptyDirectory(directory)) {
        throw new CheckpointException(
            "Cannot convert %s: %s must be empty or not there".formatted(others, directory));
      }
      List<ConvertedFile> files = conversion.into(partial, listener);
      copyOthers(others, partial);
      makeTokenizer(partial);
      DurableFile.rename(partial, directory.toAbsolutePath().normalize());
      return files;
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot convert %s: %s: %s"
              .formatted(others, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /**
   * Makes {@code tokenizer.json} in a directory that has {@code spiece.model} alone.
   *
   * @return whether it was made
   * @throws CheckpointException if it cannot be made
   */
  public static boolean makeTokenizer(Path directory) {
    if (Files.exists(directory.resolve("tokenizer.json"))
        || !Files.exists(directory.resolve("spiece.model"))) {
      return false;
    }
    SentencePieceTokenizer.convert(directory);
    return true;
  }

  private static void copyOthers(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.list(from)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = path.getFileName().toString();
        if (!WEIGHTS.matcher(name).matches()) {
          Files.copy(path, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static boolean isEmptyDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.findAny().isEmpty();
    }
  }
}
