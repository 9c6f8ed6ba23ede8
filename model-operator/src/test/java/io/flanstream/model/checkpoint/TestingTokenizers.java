package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories with a small {@code spiece.model} each, and what transformers makes of them; made by
 * {@code src/dev/python/tokenizers/make_tokenizers.py}, which can also make a bigger set.
 */
public final class TestingTokenizers {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("flanstream.tokenizers", "src/test/resources/tokenizers"));
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TestingTokenizers() {}

  /** Every directory. */
  public static List<Path> directories() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(Files::isDirectory).sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the directories. */
  public static Path directory(String name) {
    return DIRECTORY.resolve(name);
  }

  /** Real texts and hostile ones. */
  public static List<String> texts() {
    try (Stream<String> lines = Files.lines(DIRECTORY.resolve("texts.jsonl"))) {
      return lines.map(TestingTokenizers::text).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String line) {
    try {
      return MAPPER.readValue(line, String.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
