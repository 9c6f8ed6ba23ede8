package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.TestingTokenizers;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.decode.PublicData;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.djl.DjlTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Words put together are the tokens of the whole. */
class WordIdsTest {
  private static final List<String> HARD =
      List.of(
          "",
          " ",
          "  two  spaces ",
          "a\tb\r\n c",
          "caf\u00e9 cr\u00e8me",
          "e\u0301 \u0301x",
          "\u00a0nbsp\u3000wide",
          "{json: \"x\"} <b>~`^",
          "a</s>b <pad> <extra_id_0>",
          "\u0000\u0007 bell",
          "x".repeat(100),
          "\ud83d\ude80 to the moon");

  @Test
  void equalTheTokensOfTheWholeOnTheGoldenTokenizer() throws IOException {
    Path file = GoldenCheckpoint.of("ul2").directory().resolve("tokenizer.json");
    try (DjlTokenizer tokenizer = DjlTokenizer.open(file)) {
      WordIds words = words(tokenizer, TokenizerFile.read(file));
      for (String text : HARD) {
        assertThat(words.of(text)).as(text).isEqualTo(whole(tokenizer, text));
      }
      Random random = new Random(3);
      for (int i = 0; i < 2000; i++) {
        String text =
            random
                .ints(random.nextInt(60), 0, 100)
                .collect(
                    StringBuilder::new,
                    (builder, c) -> builder.append(c < 95 ? (char) (' ' + c) : ' '),
                    StringBuilder::append)
                .toString();
        assertThat(words.of(text)).as(text).isEqualTo(whole(tokenizer, text));
      }
    }
  }

  /**
   * Texts in templates, which have words in common with others and then do not; most were asked
   * about by themselves before, as an event's text is.
   */
  @Test
  void equalTheTokensOfTheWholeInTemplates() throws IOException {
    Path file = GoldenCheckpoint.of("ul2").directory().resolve("tokenizer.json");
    try (DjlTokenizer tokenizer = DjlTokenizer.open(file)) {
      WordIds words = words(tokenizer, TokenizerFile.read(file));
      Random random = new Random(6);
      List<String> parts =
          Stream.generate(() -> sentence(random, 20)).limit(8).collect(Collectors.toList());
      for (int i = 0; i < 5000; i++) {
        if (random.nextInt(100) == 0) {
          parts.set(random.nextInt(parts.size()), sentence(random, 30));
        }
        String own = random.nextInt(9) == 0 ? "" : sentence(random, 12);
        if (random.nextInt(4) > 0) {
          assertThat(words.of(own)).as(own).isEqualTo(whole(tokenizer, own));
        }
        String text =
            (parts.get(random.nextInt(4)) + gap(random) + own + gap(random))
                .concat(random.nextInt(5) == 0 ? "" : parts.get(4 + random.nextInt(4)))
                .strip();
        assertThat(words.of(text)).as(text).isEqualTo(whole(tokenizer, text));
      }
    }
  }

  private static String sentence(Random random, int most) {
    return IntStream.rangeClosed(0, random.nextInt(most))
        .mapToObj(word -> "card my of a lost the a-b 12 x".split(" ")[random.nextInt(9)])
        .collect(Collectors.joining(gap(random)));
  }

  private static String gap(Random random) {
    return List.of(" ", " ", " ", "  ", "\n", "").get(random.nextInt(6));
  }

  @Test
  void equalTheTokensOfTheWholeOnEveryCharacterBesideAnyOther() throws IOException {
    try (DjlTokenizer tokenizer = DjlTokenizer.open(PublicData.tokenizer())) {
      WordIds words = words(tokenizer, TokenizerFile.read(PublicData.tokenizer()));
      int[] characters =
          Stream.of(
                  IntStream.rangeClosed(' ', 0x17f),
                  IntStream.rangeClosed(0x2010, 0x2030),
                  IntStream.of(0x20ac, 0x301, 0xfe0f, 0x200d, 0x3000),
                  IntStream.rangeClosed(0x1f000, 0x1fbff))
              .flatMapToInt(range -> range)
              .toArray();
      Random random = new Random(4);
      for (int i = 0; i < 20_000; i++) {
        int[] drawn = random.ints(1 + random.nextInt(12), 0, characters.length).toArray();
        StringBuilder builder = new StringBuilder("a");
        for (int at : drawn) {
          builder.appendCodePoint(characters[at]);
          builder.append(random.nextInt(3) == 0 ? " " : "");
        }
        String text = builder.append('z').toString();
        assertThat(words.of(text)).as(text).isEqualTo(whole(tokenizer, text));
      }
    }
  }

  @Test
  void equalTheTokensOfTheWholeOnPeoplesTexts() throws IOException {
    try (DjlTokenizer tokenizer = DjlTokenizer.open(PublicData.tokenizer())) {
      WordIds words = words(tokenizer, TokenizerFile.read(PublicData.tokenizer()));
      Stream.concat(
              HARD.stream(),
              PublicData.sets().stream().flatMap(set -> PublicData.texts(set).stream()))
          .forEach(text -> assertThat(words.of(text)).as(text).isEqualTo(whole(tokenizer, text)));
    }
  }

  static List<Path> tokenizers() {
    return TestingTokenizers.directories();
  }

  /** With added tokens, bytes, and spaces of every kind. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void equalTheTokensOfTheWholeOnEveryTokenizer(Path directory) {
    CheckpointTokenizer source = CheckpointTokenizer.open(directory);
    assumeThat(source.ofBytes()).isFalse();
    try (NativeTextTokenizer tokenizer = NativeTextTokenizer.open(source)) {
      Random random = new Random(8);
      List<String> texts = TestingTokenizers.texts();
      for (String text : texts) {
        String joined = text + " " + texts.get(random.nextInt(texts.size()));
        assertThat(tokenizer.ids(text)).as(text).isEqualTo(tokenizer.encode(text).ids());
        assertThat(tokenizer.ids(joined)).as(joined).isEqualTo(tokenizer.encode(joined).ids());
      }
    }
  }

  private static WordIds words(DjlTokenizer tokenizer, TokenizerFile file) {
    return WordIds.of(
            text -> whole(tokenizer, text),
            TextNormalizer.parse(file.normalizer()),
            file.addedTokens())
        .orElseThrow();
  }

  private static int[] whole(DjlTokenizer tokenizer, String text) {
    return tokenizer.encode(text, (ids, starts, ends) -> ids);
  }
}
