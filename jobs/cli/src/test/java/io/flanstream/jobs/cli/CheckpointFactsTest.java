package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFactsTest {
  private static final Path GOLDEN =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");

  /** As many as the embedding has rows. */
  private static final int PIECES = 122;

  @TempDir private Path temporary;

  @Test
  void tokensWithoutARowAreAWarning() throws IOException {
    addTokens(0);
    CheckpointFacts facts = CheckpointFacts.of(Checkpoint.open(temporary));
    assertThat(facts.pieces()).isEqualTo(PIECES);
    assertThat(facts.warnings()).isEmpty();

    addTokens(2);
    assertThat(CheckpointFacts.of(Checkpoint.open(temporary)).warnings())
        .containsExactly(
            "tokenizer.json has 124 tokens, but the embedding has 122 rows: a prompt with"
                + " <added_0>, or a token behind it, is refused");
  }

  private void addTokens(int count) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.filter(path -> !path.endsWith("tokenizer.json")).toList()) {
        if (!Files.exists(temporary.resolve(file.getFileName()))) {
          Files.copy(file, temporary.resolve(file.getFileName()));
        }
      }
    }
    JsonMapper mapper = new JsonMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(GOLDEN.resolve("tokenizer.json").toFile());
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    for (int i = 0; i < count; i++) {
      added
          .addObject()
          .put("id", PIECES + i)
          .put("content", "<added_%s>".formatted(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", false);
    }
    mapper.writeValue(temporary.resolve("tokenizer.json").toFile(), json);
  }
}
