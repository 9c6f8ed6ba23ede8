package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.TokenizerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * T5's tokenizer and texts that people have labelled: the demo's messages, which the project has,
 * and public sets, which lie beside it where somebody has fetched them.
 */
public final class PublicData {
  /** The demo's messages. */
  public static final String DEMO = "demo";

  private static final List<String> PUBLIC =
      List.of("snips", "nlupp", "restaurant8k", "banking77", "clinc150");

  private static final Path DIRECTORY =
      Path.of(System.getProperty("flanstream.data", "../../shared/data"));

  private static final Path ROOT = Path.of(System.getProperty("flanstream.root", "../.."));
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PublicData() {}

  /** A gold span. */
  public record Gold(String set, String text, String field, String value, int start, int end) {}

  /** T5's published tokenizer.json. */
  public static Path tokenizer() {
    return ROOT.resolve("model-operator/runtime/src/test/resources/t5-tokenizer/tokenizer.json");
  }

  /** The sets that are here. */
  public static List<String> sets() {
    return Stream.concat(Stream.of(DEMO), PUBLIC.stream().filter(set -> Files.exists(file(set))))
        .toList();
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
    if (set.equals(DEMO)) {
      return lines(ROOT.resolve("deploy/demo/labelled.jsonl")).stream()
          .map(PublicData::publicForm)
          .toList();
    }
    assumeTrue(Files.exists(file(set)), () -> "Skipped: there is no " + file(set));
    return lines(file(set));
  }

  private static Path file(String set) {
    return DIRECTORY.resolve(set + ".jsonl");
  }

  private static List<JsonNode> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(PublicData::json).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A message as the public sets write theirs. */
  private static JsonNode publicForm(JsonNode message) {
    ObjectNode row = MAPPER.createObjectNode();
    row.set("text", message.get("text"));
    row.putArray("labels").add(message.get("gold").get("intent"));
    row.set("fields", message.get("gold").get("details"));
    return row;
  }

  private static JsonNode json(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
