package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.TestingTokenizers;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.checkpoint.WordCutting;
import io.flanstream.model.decode.PublicData;
import io.flanstream.model.decode.TextNormalizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Token ids in Java are those of the native tokenizer. {@code -Dflanstream.strings=1000000} tries
 * as many random texts with T5's tokenizer.
 */
class UnigramTokenizerTest {
  private static final int STRINGS = Integer.getInteger("flanstream.strings", 20_000);
  private static final int STRINGS_OF_EACH = STRINGS / 20;
  private static final int VOCABULARIES = 100;
  private static final int WORDS_OF_EACH = 200;

  /** First and last character of what texts are drawn of: blocks of scripts, signs and blanks. */
  private static final int[][] BLOCKS = {
    {0x20, 0x7e},
    {0x61, 0x7a},
    {0x61, 0x7a},
    {0xa0, 0x24f},
    {0x250, 0x36f},
    {0x370, 0x3ff},
    {0x400, 0x4ff},
    {0x530, 0x5ff},
    {0x600, 0x6ff},
    {0x900, 0x97f},
    {0xb80, 0xbff},
    {0xe00, 0xe7f},
    {0x10a0, 0x11ff},
    {0x1e00, 0x1fff},
    {0x2000, 0x206f},
    {0x20a0, 0x2bff},
    {0x2580, 0x2583},
    {0x3000, 0x30ff},
    {0x4e00, 0x9fff},
    {0xac00, 0xd7a3},
    {0xf900, 0xffef},
    {0x10330, 0x1034a},
    {0x1d400, 0x1d7ff},
    {0x1f300, 0x1f9ff},
    {0x20000, 0x20100},
    {0xe0100, 0xe01ef},
    {0x1, 0x1f}
  };

  @TempDir private Path directory;

  @Test
  void equalThoseOfTheNativeTokenizerOnTextsOfManyScripts() {
    CheckpointTokenizer source = CheckpointTokenizer.open(PublicData.tokenizer().getParent());
    assertThat(handedOn(source, STRINGS, 41)).isLessThan(STRINGS / 5);
  }

  static List<Path> tokenizers() {
    return Stream.concat(
            TestingTokenizers.directories().stream(),
            Stream.concat(
                GoldenCheckpoint.NAMES.stream().map(name -> GoldenCheckpoint.of(name).directory()),
                Stream.of(
                    Path.of(System.getProperty("flanstream.root"), "deploy/models/flan-mini"))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void equalThoseOfTheNativeTokenizerOnEveryTokenizer(Path directory) {
    CheckpointTokenizer source = CheckpointTokenizer.open(directory);
    assumeThat(source.ofBytes()).isFalse();
    assumeThat(UnigramTokenizer.of(source.file(), normalizer(source.file()), text -> null))
        .as("cut in Java")
        .isPresent();
    assertThat(handedOn(source, STRINGS_OF_EACH, 42)).isLessThanOrEqualTo(STRINGS_OF_EACH);
  }

  /**
   * Small vocabularies, whose words have many cuts, equal ones and unknown characters among them.
   */
  @Test
  void equalThoseOfTheNativeTokenizerOnRandomVocabularies() throws IOException {
    Random random = new Random(43);
    for (int i = 0; i < VOCABULARIES; i++) {
      Files.writeString(directory.resolve("tokenizer.json"), vocabulary(random));
      CheckpointTokenizer source = CheckpointTokenizer.open(directory);
      try (NativeTextTokenizer oracle = NativeTextTokenizer.open(source)) {
        UnigramTokenizer tokenizer = tokenizer(source.file(), text -> oracle.encode(text).ids());
        for (int word = 0; word < WORDS_OF_EACH; word++) {
          String text = letters(random, 12);
          assertThat(tokenizer.ids(text)).as(text).isEqualTo(oracle.encode(text).ids());
        }
      }
    }
  }

  private static String vocabulary(Random random) {
    Set<String> pieces = new LinkedHashSet<>(List.of("\u2581"));
    for (int piece = 2 + random.nextInt(20); piece > 0; piece--) {
      pieces.add((random.nextInt(4) == 0 ? "\u2581" : "") + letters(random, 4));
    }
    String entries =
        pieces.stream()
            .map(piece -> "[\"%s\", %s]".formatted(piece, -random.nextInt(50) / 8.0))
            .collect(Collectors.joining(", "));
    return """
        {"normalizer": null,
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
           {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "\u2581"}]},
         "added_tokens": [],
         "model": {"type": "Unigram", "unk_id": 2, "byte_fallback": false,
           "vocab": [["<pad>", 0], ["</s>", 0], ["<unk>", 0], %s]}}
        """
        .formatted(entries);
  }

  private static String letters(Random random, int most) {
    return random
        .ints(1 + random.nextInt(most), 'a', 'e')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Each of T5's own kinds of vocabulary is cut in Java. */
  @Test
  void cutsTheTextsOfTheFamily() {
    for (String name : List.of("t5", "mt5", "umt5")) {
      CheckpointTokenizer source = CheckpointTokenizer.open(TestingTokenizers.directory(name));
      assertThat(source.file().words())
          .as(name)
          .isIn(WordCutting.AT_WHITE_SPACE, WordCutting.AT_SPACES);
      UnigramTokenizer tokenizer =
          tokenizer(
              source.file(),
              text -> {
                throw new AssertionError(name + " hands on " + text);
              });
      assertThat(
              tokenizer.ids(
                  "My card has not come yet \u2013 Stra\u00dfe, \u5361\u7247 \u041c\u0438\u0440"))
          .isNotEmpty();
    }
  }

  /** Compares many texts, and counts those of them that went to the native tokenizer. */
  private static int handedOn(CheckpointTokenizer source, int strings, long seed) {
    TokenizerFile file = source.file();
    Random random = new Random(seed);
    AtomicInteger handedOn = new AtomicInteger();
    List<String> texts = TestingTokenizers.texts();
    try (NativeTextTokenizer oracle = NativeTextTokenizer.open(source)) {
      UnigramTokenizer tokenizer =
          tokenizer(
              file,
              text -> {
                handedOn.incrementAndGet();
                return oracle.encode(text).ids();
              });
      for (String text : texts) {
        assertThat(tokenizer.ids(text)).as(text).isEqualTo(oracle.encode(text).ids());
      }
      handedOn.set(0);
      for (int i = 0; i < strings; i++) {
        String text = i % 3 == 0 ? ofPieces(file, random) : ofCharacters(random);
        int[] ids = tokenizer.ids(text);
        int[] expected = oracle.encode(text).ids();
        if (!Arrays.equals(ids, expected)) {
          assertThat(ids).as(escaped(text)).isEqualTo(expected);
        }
      }
    }
    return handedOn.get();
  }

  private static UnigramTokenizer tokenizer(TokenizerFile file, Function<String, int[]> whole) {
    return UnigramTokenizer.of(file, normalizer(file), whole).orElseThrow();
  }

  private static TextNormalizer normalizer(TokenizerFile file) {
    return TextNormalizer.parse(file.normalizer());
  }

  private static String ofCharacters(Random random) {
    StringBuilder text = new StringBuilder();
    int[] block = BLOCKS[random.nextInt(BLOCKS.length)];
    for (int length = random.nextInt(24); length >= 0; length--) {
      block = random.nextInt(4) == 0 ? BLOCKS[random.nextInt(BLOCKS.length)] : block;
      int c = block[0] + random.nextInt(block[1] - block[0] + 1);
      if (Character.isDefined(c) || random.nextInt(50) == 0) {
        text.appendCodePoint(c);
      }
      text.append(random.nextInt(8) == 0 ? " " : "");
    }
    return text.toString();
  }

  /** Pieces of the vocabulary joined, so that a word has many cuts. */
  private static String ofPieces(TokenizerFile file, Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(8); length >= 0; length--) {
      String piece = file.pieces().get(random.nextInt(file.pieces().size()));
      text.append(random.nextInt(3) == 0 ? piece : piece.replace('\u2581', ' '));
    }
    return text.toString();
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    IntStream.range(0, text.length())
        .forEach(i -> escaped.append("\\u").append(HexFormat.of().toHexDigits(text.charAt(i))));
    return escaped.toString();
  }
}
