package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.decode.TextNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

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

  /** What the tokenizer of a file does to a text first. */
  public static TextNormalizer normalizer(TokenizerFile file) {
    return file.normalizer().isNull() && !file.byteIds().isEmpty() && file.pieces().size() == 384
        ? TextNormalizer.verbatim()
        : TextNormalizer.parse(file.normalizer());
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

  /** A hash of token ids, as {@code hashes.txt} has it. */
  public static String hash(int[] ids) {
    CRC32 crc = new CRC32();
    crc.update(
        Arrays.stream(ids)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(" "))
            .getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static String text(String line) {
    try {
      return MAPPER.readValue(line, String.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
