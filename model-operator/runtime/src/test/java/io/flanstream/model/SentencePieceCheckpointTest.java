package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.TestingSentencePiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint without tokenizer.json answers as it does with it. */
class SentencePieceCheckpointTest {
  @TempDir private Path directory;

  @Test
  void aDirectoryWithSpieceModelAloneAnswersAsTheGoldenOne() throws IOException {
    GoldenCheckpoint golden = GoldenCheckpoint.of("t5-v1_1");
    try (Stream<Path> files = Files.list(golden.directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    JsonNode tokenizer = new ObjectMapper().readTree(directory.resolve("tokenizer.json").toFile());
    Files.delete(directory.resolve("tokenizer.json"));
    Files.write(directory.resolve("spiece.model"), TestingSentencePiece.model(tokenizer));
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"extra_ids\": 0}");
    GoldenCheckpoint copy = new GoldenCheckpoint(directory, List.of(), golden.expected());
    try (TextModel model = TextModels.open(copy.settings(8, ModelSettings.DataType.FLOAT32))) {
      assertThat(copy.worstScoreDifference(model)).isLessThan(1e-4);
      assertThat(copy.differentGenerations(model)).isZero();
    }
    assertThat(directory.resolve("tokenizer.json")).doesNotExist();
  }
}
