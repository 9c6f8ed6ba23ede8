package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextNormalizerTest {
  private static final String NFKC = "{'type': 'NFKC'}";
  private static final String LOWERCASE = "{'type': 'Lowercase'}";

  @Test
  void nothingIsDoneWithoutANormalizer() {
    assertThat(normalized("null", " A\tﬁ ")).isEqualTo(" A\tﬁ ");
  }

  @ParameterizedTest
  @CsvSource({
    "NFC, e\u0301, \u00e9",
    "NFD, \u00e9, e\u0301",
    "NFKC, \ufb01x\u00bd, fix1\u20442",
    "NFKD, \uff76\uff9e, \u30ab\u3099",
    "NFKC, \u3131\u314f, \uac00",
    "NFC, \u1100\u1161\u11a8, \uac01",
  })
  void unicodeForms(String form, String text, String expected) {
    assertThat(normalized("{'type': '%s'}".formatted(form), text)).isEqualTo(expected);
  }

  @Test
  void lowercaseLooksAtEachCharacterAlone() {
    assertThat(normalized(LOWERCASE, "AÉΟΔΟΣ İ")).isEqualTo("aéοδοσ i\u0307");
  }

  @Test
  void stripTakesUnicodeWhiteSpace() {
    String both = "{'type': 'Strip', 'strip_left': true, 'strip_right': true}";
    String right = "{'type': 'Strip', 'strip_left': false, 'strip_right': true}";
    assertThat(normalized(both, "\u00a0\t a b\u3000\n")).isEqualTo("a b");
    assertThat(normalized(right, " a b ")).isEqualTo(" a b");
    assertThat(normalized(both, " \n ")).isEmpty();
  }

  @Test
  void replaceTakesPatternsAndStrings() {
    String regex = "{'type': 'Replace', 'pattern': {'Regex': '\\\\s+'}, 'content': ' '}";
    String string = "{'type': 'Replace', 'pattern': {'String': '.'}, 'content': '𝒅$1'}";
    assertThat(normalized(regex, "a\u00a0\u3000b 😀\n\nc")).isEqualTo("a b 😀 c");
    assertThat(normalized(string, "a.b")).isEqualTo("a𝒅$1b");
  }

  /** What a pattern says, at the speed of a loop. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "", "\u2581", "ab"})
  void whiteSpaceIsReplacedAsItsPatternReplacesIt(String replacement) {
    Pattern pattern = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE);
    NormalizerStep matches = CharacterSteps.replaceMatches(pattern, replacement);
    NormalizerStep whiteSpace = CharacterSteps.replaceWhiteSpace(replacement);
    String alphabet =
        "ab  \t\n\u000b\r\u0085\u00a0\u1680\u200b\u2003\u2028\u202f\u3000\ufeff\u001c\u0301😀";
    int[] characters = alphabet.codePoints().toArray();
    Random random = new Random(1);
    for (int i = 0; i < 4_000; i++) {
      int[] drawn =
          random.ints(random.nextInt(8), 0, characters.length).map(c -> characters[c]).toArray();
      NormalizedText text = NormalizedText.of(new String(drawn, 0, drawn.length));
      NormalizedText expected = matches.apply(text);
      assertThat(whiteSpace.apply(text))
          .usingRecursiveComparison()
          .as(() -> text.text())
          .isEqualTo(expected);
    }
  }

  @Test
  void whatIsWhiteSpaceInAPatternIsWhiteSpaceHere() {
    Pattern pattern = Pattern.compile("\\s", Pattern.UNICODE_CHARACTER_CLASS);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      assertThat(Characters.isWhiteSpace(c))
          .isEqualTo(pattern.matcher(Character.toString(c)).matches());
    }
  }

  @Test
  void prependLeavesTheEmptyTextAlone() {
    String prepend = "{'type': 'Prepend', 'prepend': '▁'}";
    assertThat(normalized(prepend, "a")).isEqualTo("▁a");
    assertThat(normalized(prepend, "")).isEmpty();
  }

  @Test
  void charactersKnowTheOriginalRangeThroughAllSteps() {
    String steps =
        "{'type': 'Sequence', 'normalizers': [%s, %s, {'type': 'Replace', 'pattern': {'Regex': '\\\\s+'}, 'content': ' '}, {'type': 'Strip', 'strip_left': true, 'strip_right': true}]}"
            .formatted(NFKC, LOWERCASE);
    NormalizedText text = normalizer(steps).normalize(" 😀 \ufb01E\u0301  \t x ");
    assertThat(text.text()).isEqualTo("😀 fié x");
    assertThat(text.starts()).containsExactly(1, 2, 3, 3, 4, 6, 10);
    assertThat(text.ends()).containsExactly(2, 3, 4, 4, 6, 10, 11);
  }

  @Test
  void anUnknownTypeIsNamed() {
    assertThatThrownBy(() -> normalizer("{'type': 'BertNormalizer'}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read tokenizer: the normalizer's type must be one of Precompiled, NFC, NFD, NFKC, NFKD, Lowercase, Strip, Replace, Prepend, Sequence, got \"BertNormalizer\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'Precompiled'}",
        "{'type': 'Sequence'}",
        "{'type': 'Replace', 'content': ''}",
        "{'type': 'Replace', 'pattern': {'Regex': '('}, 'content': ''}",
        "{'type': 'Strip', 'strip_left': true}",
        "{'type': 'Prepend'}",
        "{'type': 'Precompiled', 'precompiled_charsmap': ''}",
        "{'type': 'Precompiled', 'precompiled_charsmap': 'AAEAAA=='}",
      })
  void aStepThatLacksSomethingIsRefused(String json) {
    assertThatThrownBy(() -> normalizer(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read tokenizer: ");
  }

  private static String normalized(String json, String text) {
    return normalizer(json).normalize(text).text();
  }

  private static TextNormalizer normalizer(String json) {
    try {
      return TextNormalizer.parse(new ObjectMapper().readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
