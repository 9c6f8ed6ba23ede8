package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are normalised as the tokenizers library does it, which shows in the pieces it cuts. */
class TokenizerAgreementTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FORMS =
      """
      {"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},
      {"type":"Replace","pattern":{"Regex":"\\\\s+"},"content":" "},
      {"type":"Strip","strip_left":true,"strip_right":true}]}""";

  @TempDir private static Path directory;
  private static HuggingFaceTokenizer t5;
  private static TokenizerFile t5File;
  private static HuggingFaceTokenizer characters;
  private static TokenizerFile charactersFile;

  @BeforeAll
  static void readTokenizers() throws IOException {
    t5File = TokenizerFile.read(PublicData.tokenizer());
    t5 = HuggingFaceTokenizer.newInstance(PublicData.tokenizer());
    Path file = ofCharacters(null);
    charactersFile = TokenizerFile.read(file);
    characters = HuggingFaceTokenizer.newInstance(file);
  }

  /** T5's tokenizer with every character as a piece, so that its pieces tell each of them. */
  private static Path ofCharacters(String normalizer) throws IOException {
    ObjectNode json = (ObjectNode) MAPPER.readTree(PublicData.tokenizer().toFile());
    ArrayNode vocabulary = MAPPER.createArrayNode();
    Stream.of("<pad>", "</s>", "<unk>").forEach(piece -> vocabulary.addArray().add(piece).add(0.0));
    IntStream.range(0x20, 0x20000)
        .filter(c -> Character.isDefined(c) && Character.getType(c) != Character.SURROGATE)
        .forEach(c -> vocabulary.addArray().add(Character.toString(c)).add(-1.0));
    ((ObjectNode) json.get("model")).set("vocab", vocabulary);
    ArrayNode added = MAPPER.createArrayNode();
    IntStream.range(0, 3).forEach(i -> added.add(json.get("added_tokens").get(i)));
    json.set("added_tokens", added);
    if (normalizer != null) {
      json.set("normalizer", MAPPER.readTree(normalizer));
    }
    Path file = Files.createTempFile(directory, "tokenizer", ".json");
    return Files.writeString(file, MAPPER.writeValueAsString(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "snips", "nlupp", "restaurant8k", "banking77", "clinc150"})
  void piecesJoinedAreTheNormalizedText(String set) {
    TextNormalizer normalizer = TextNormalizer.parse(t5File.normalizer());
    for (String text : PublicData.texts(set)) {
      assertAgreement(t5, t5File, normalizer, text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a 😀 b👍🏽c 👩‍👩‍👧‍👦!",
        "cafe\u0301 re\u0301sume\u0301 A\u030a o\u0302\u0323",
        "ｆｕｌｌ　ｗｉｄｔｈ １２３",
        "no\u00a0break\u00a0space \u2003 em",
        "tab\tand\r\nline\u2028end",
        "Zażółć gęślą jaźń, Łódź",
        "私は東京に行きます。ｶﾞｷﾞｸﾞ",
        "{\"a\": [1, 2]} <b> \\ ^ ~ `",
        "ﬁ ﬂ ﬃ ½ ² ™ ㎏ ℡ ﷺ",
        "İstanbul ıI ß ẞ",
        "x\u0301\u0302\u0303 ½\u0301 \u0301start",
        "zero\u200bwidth\u200cnon\u200djoin\ufeffbom\u00adsoft",
        "´acute ¨dots ﹌ ‾",
        "bell\u0007 del\u007f esc\u001b",
        "가각 한글 ㄱㅏ",
        "नमस्ते क्षि தமிழ்",
        "العربية שָׁלוֹם",
        "🇵🇱🇩🇪 flags 1️⃣",
      })
  void hardTexts(String text) {
    TextNormalizer normalizer = TextNormalizer.parse(t5File.normalizer());
    assertAgreement(t5, t5File, normalizer, text);
    assertAgreement(characters, charactersFile, normalizer, text);
  }

  /** Tries texts of every plane, so that no table or cluster rule goes untried. */
  @Test
  void randomTexts() {
    TextNormalizer normalizer = TextNormalizer.parse(t5File.normalizer());
    Random random = new Random(7);
    int[][] ranges = {
      {0x20, 0x7f}, {0xa0, 0x250}, {0x2b0, 0x370}, {0x2000, 0x2c00}, {0x3040, 0x3400},
      {0xac00, 0xac80}, {0xf900, 0x10000}, {0x1d400, 0x1d800}, {0x1f000, 0x1fa00}, {0x900, 0xa00}
    };
    for (int i = 0; i < 4000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        int[] range = ranges[random.nextInt(ranges.length)];
        int c = range[0] + random.nextInt(range[1] - range[0]);
        if (Character.isDefined(c) && c != Characters.SPACE_MARK) {
          text.appendCodePoint(c);
        }
      }
      assertAgreement(characters, charactersFile, normalizer, text.toString());
    }
  }

  /** The other form of normaliser that files of the family have. */
  @Test
  void unicodeFormsAndPatterns() throws IOException {
    Path file = ofCharacters(FORMS);
    TokenizerFile read = TokenizerFile.read(file);
    TextNormalizer normalizer = TextNormalizer.parse(read.normalizer());
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(file)) {
      for (String text :
          List.of(
              "ﬁ ﬂ ½ ㎏ ſ \u212a \u212b",
              "CAFE\u0301 İstanbul ΟΔΟΣ",
              "ｆｕｌｌ　ｗｉｄｔｈ",
              "a\u00a0\u3000b\t\nc",
              "x\u0301\u0302 ΑΣ.",
              "가각 ㄱㅏ 한글 ｶﾞ")) {
        assertAgreement(tokenizer, read, normalizer, text);
      }
    }
  }

  /** Where the vocabulary lacks characters, the rest stays in place round them. */
  private static void assertAgreement(
      HuggingFaceTokenizer tokenizer, TokenizerFile file, TextNormalizer normalizer, String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    StringBuilder pattern = new StringBuilder();
    StringBuilder known = new StringBuilder();
    for (long id : encoding.getIds()) {
      if (id == file.unknownId()) {
        pattern.append(Pattern.quote(known.toString())).append("[^\u2581]+");
        known.setLength(0);
      } else {
        known.append(file.pieces().get((int) id));
      }
    }
    pattern.append(Pattern.quote(known.toString()));
    assertThat(SourceText.of(text, normalizer).words()).matches(pattern.toString());
  }
}
