package io.flanstream.jobs.hub;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.SentencePieceTokenizer;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.convert.ConvertedFile;
import io.flanstream.model.convert.WeightConversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files that were pulled, and what is made of them: safetensors of pickled weights, a tokenizer of
 * a SentencePiece model.
 *
 * @param directory where they lie
 * @param files what is kept of them
 * @param conversion what was converted, null where nothing was
 */
record PulledWeights(Path directory, List<HubFile> files, PullReceipt.Conversion conversion) {
  static final String TOKENIZER = "tokenizer.json";
  private static final String UNFINISHED = WeightConversion.RECEIPT + ".partial";
  private static final String PICKLED = "pytorch_model.*\\.bin(\\.index\\.json)?";

  static PulledWeights of(Path directory, List<HubFile> files) {
    return new PulledWeights(directory, List.copyOf(files), null);
  }

  /**
   * Makes the tokenizer of a SentencePiece model, before the weights come.
   *
   * @throws CheckpointException if it cannot be made
   */
  static HubFile tokenizer(Path directory) throws IOException {
    // Of an earlier pull, which may have been of another commit.
    Files.deleteIfExists(directory.resolve(TOKENIZER));
    byte[] json = Files.readAllBytes(SentencePieceTokenizer.convert(directory));
    return new HubFile(
        TOKENIZER, json.length, new Checksum(Checksum.Kind.SHA256, Sha256.hex(json)));
  }

  /** With pickled weights as safetensors. */
  PulledWeights converted(boolean keepOriginals, PullListener listener) throws IOException {
    if (!Files.exists(directory.resolve(UNFINISHED))) {
      removeOtherWeights();
    }
    WeightConversion conversion =
        WeightConversion.plan(directory, WeightConversion.DEFAULT_SHARD_BYTES);
    List<ConvertedFile> converted = conversion.into(directory, new ConversionProgress(listener));
    List<HubFile> pickled = files.stream().filter(file -> file.name().matches(PICKLED)).toList();
    List<HubFile> kept = new ArrayList<>(files);
    if (!keepOriginals) {
      kept.removeAll(pickled);
    }
    for (ConvertedFile file : converted) {
      Checksum checksum = new Checksum(Checksum.Kind.SHA256, file.sha256());
      kept.add(new HubFile(file.name(), file.size(), checksum));
    }
    return new PulledWeights(
        directory,
        List.copyOf(kept),
        new PullReceipt.Conversion(pickled, keepOriginals, conversion.aliases()));
  }

  /** An earlier pull may have been of another commit, which had safetensors. */
  private void removeOtherWeights() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        if (path.getFileName().toString().matches(".*\\.safetensors(\\.index\\.json)?")) {
          Files.delete(path);
        }
      }
    }
  }
}
