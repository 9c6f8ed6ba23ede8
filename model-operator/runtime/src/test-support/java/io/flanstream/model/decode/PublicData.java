package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.TokenizerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The public sets and T5's tokenizer, beside the project. */
public final class PublicData {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("flanstream.data", "../../shared/data"));
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PublicData() {}

  /** A gold span. */
  public record Gold(String set, String text, String field, String value, int start, int end) {}

  /** T5's published tokenizer.json. */
  public static Path tokenizer() {
    assumeTrue(
        Files.isDirectory(DIRECTORY), () -> "Skipped: there are no public sets in " + DIRECTORY);
    return DIRECTORY.resolve("t5-tokenizer/tokenizer.json");
  }

  /** The pieces of a tokenizer file. */
  public static Vocabulary vocabulary(TokenizerFile file) {
    return file.vocabulary(file.pieces().size());
  }

  /** Every text of a set. */
  public static List<String> texts(String set) {
    return rows(set).stream().map(row -> row.get("text").asText()).toList();
  }

  /** Every label of a set once, in alphabetical order. */
  public static List<String> labels(String set) {
    return rows(set).stream()
        .map(row -> row.get("labels").get(0).asText())
        .distinct()
        .sorted()
        .toList();
  }

  /** Every gold span of a set. */
  public static List<Gold> spans(String set) {
    List<Gold> spans = new ArrayList<>();
    for (JsonNode row : rows(set)) {
      for (JsonNode field : row.get("fields")) {
        spans.add(
            new Gold(
                set,
                row.get("text").asText(),
                field.get("name").asText(),
                field.get("value").asText(),
                field.get("start").asInt(),
                field.get("end").asInt()));
      }
    }
    assertThat(spans).isNotEmpty();
    return spans;
  }

  private static List<JsonNode> rows(String set) {
    try (Stream<String> lines = Files.lines(DIRECTORY.resolve(set + ".jsonl"))) {
      return lines.map(PublicData::json).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
