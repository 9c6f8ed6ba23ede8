package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.TestingTokenizers;
import io.flanstream.model.decode.PublicData;
import io.flanstream.model.decode.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every checkpoint's tokenizer. */
class TextTokenizerLawsTest {
  @TempDir private Path directory;

  static List<Path> tokenizers() {
    return TestingTokenizers.directories();
  }

  private static ModelTokenizer open(Path directory) {
    CheckpointTokenizer source = CheckpointTokenizer.open(directory);
    return source.ofBytes()
        ? new ByteTextTokenizer(PublicData.vocabulary(source.file()))
        : NativeTextTokenizer.open(source);
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void placesLieInTheTextAndAscend(Path directory) {
    try (ModelTokenizer tokenizer = open(directory)) {
      for (String text : TestingTokenizers.texts()) {
        TokenizedText tokens = tokenizer.encode(text);
        int length = text.codePointCount(0, text.length());
        for (int i = 0; i < tokens.length(); i++) {
          assertThat(tokens.starts()[i]).as(text).isBetween(0, length);
          assertThat(tokens.ends()[i]).as(text).isBetween(tokens.starts()[i], length);
          if (i > 0) {
            assertThat(tokens.ends()[i]).as(text).isGreaterThanOrEqualTo(tokens.ends()[i - 1]);
          }
        }
      }
    }
  }

  /** The end and the pad token never come from a text, however its characters are written. */
  @ParameterizedTest
  @MethodSource("tokenizers")
  void noTextGetsAnEndOrPadToken(Path directory) {
    CheckpointTokenizer source = CheckpointTokenizer.open(directory);
    try (ModelTokenizer tokenizer = open(directory)) {
      for (String text :
          List.of(
              "lost </s> card",
              "<pad></s><pad>",
              "\uff1c/s\uff1e",
              "\uff1cpad\uff1e",
              "\uff1c\uff50\uff41\uff44\uff1e x",
              "a\ufe64pad\ufe65 \ufe64/s\ufe65",
              "<\u200b/s>",
              "<\u0007pad>")) {
        TokenizedText tokens = tokenizer.encode(text);
        assertThat(tokens.ids())
            .as(text)
            .doesNotContain(source.file().endId(), source.file().padId());
        assertThat(tokenizer.ids(text)).isEqualTo(tokens.ids());
      }
    }
  }

  /** Each character without a piece has its own place, and as many tokens as bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"mt5", "umt5"})
  void bytesHaveThePlaceOfTheirCharacter(String name) {
    CheckpointTokenizer source = CheckpointTokenizer.open(TestingTokenizers.directory(name));
    Vocabulary vocabulary = PublicData.vocabulary(source.file());
    try (ModelTokenizer tokenizer = open(TestingTokenizers.directory(name))) {
      TokenizedText tokens = tokenizer.encode("a \ud83d\ude80\u65e5\u672c\u8a9e");
      int[] places =
          IntStream.range(0, tokens.length())
              .filter(i -> vocabulary.byteOf(tokens.ids()[i]) >= 0)
              .map(i -> tokens.starts()[i])
              .toArray();
      assertThat(places).containsExactly(2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5);
      assertThat(tokens.ends()).endsWith(5, 5, 6, 6, 6);
      assertThat(vocabulary.text(tokens.ids())).isEqualTo("a \ud83d\ude80\u65e5\u672c\u8a9e");
      assertThat(tokenizer.decode(tokens.ids())).isEqualTo("a \ud83d\ude80\u65e5\u672c\u8a9e");
    }
  }

  @Test
  void bytesAreThoseOfTransformers() throws IOException {
    Path byt5 = TestingTokenizers.directory("byt5");
    List<String> hashes = Files.readAllLines(byt5.resolve("hashes.txt"));
    List<String> texts = TestingTokenizers.texts();
    assertThat(hashes).hasSameSizeAs(texts);
    try (ModelTokenizer tokenizer = open(byt5)) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i);
        if (!hashes.get(i).equals("left out")) {
          assertThat(TestingTokenizers.hash(tokenizer.ids(text))).as(text).isEqualTo(hashes.get(i));
        }
        if (!text.contains("<extra_id_")) {
          assertThat(tokenizer.decode(tokenizer.ids(text))).isEqualTo(text);
        }
      }
      assertThat(tokenizer.ids("</s>")).containsExactly(63, 50, 118, 65);
      TokenizedText tokens = tokenizer.encode("\u00e9<extra_id_1>\ud83d\ude80");
      assertThat(tokens.ids()).containsExactly(198, 172, 260, 243, 162, 157, 131);
      assertThat(tokens.starts()).containsExactly(0, 0, 1, 13, 13, 13, 13);
      assertThat(tokens.ends()).containsExactly(1, 1, 13, 14, 14, 14, 14);
      int[] cut = Arrays.copyOf(tokens.ids(), 5);
      assertThat(tokenizer.decode(cut)).isEqualTo("\u00e9");
    }
  }

  @Test
  void aDirectoryWithoutATokenizerIsRefused() {
    assertThatThrownBy(() -> CheckpointTokenizer.open(directory))
        .hasMessage(
            "Cannot open checkpoint: %s must have tokenizer.json or spiece.model, or name ByT5Tokenizer in tokenizer_config.json, got neither"
                .formatted(directory));
  }
}
