package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.decode.PublicData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerFileTest {
  private static final String GOOD =
      """
      {"normalizer": {"type": "NFKC"},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁"}]},
       "added_tokens": [
         {"id": 0, "content": "<pad>", "special": true},
         {"id": 1, "content": "</s>", "special": true},
         {"id": 4, "content": "<extra_id_0>", "special": true},
         {"id": 5, "content": "word", "special": false}],
       "model": {"type": "Unigram", "unk_id": 2, "byte_fallback": false,
         "vocab": [["<pad>", 0], ["</s>", 0], ["<unk>", 0], ["▁a", -1.5]]}}\
      """;

  @TempDir private Path directory;

  @Test
  void readsPiecesAndSpecialTokens() throws IOException {
    TokenizerFile file = read(GOOD);
    assertThat(file.pieces())
        .containsExactly("<pad>", "</s>", "<unk>", "▁a", "<extra_id_0>", "word");
    assertThat(file.specialIds()).containsExactlyInAnyOrder(0, 1, 2, 4);
    assertThat(file.padId()).isZero();
    assertThat(file.endId()).isEqualTo(1);
    assertThat(file.unknownId()).isEqualTo(2);
    assertThat(file.normalizer().get("type").asText()).isEqualTo("NFKC");
  }

  @Test
  void readsT5sOwn() {
    TokenizerFile file = TokenizerFile.read(PublicData.tokenizer());
    assertThat(file.pieces())
        .hasSize(32100)
        .contains("▁answer", "<extra_id_99>")
        .doesNotHaveDuplicates();
    assertThat(file.specialIds()).hasSize(103).contains(0, 1, 2, 32000, 32099);
    assertThat(file.normalizer().get("type").asText()).isEqualTo("Precompiled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "byte_fallback": false | "byte_fallback": true | the vocabulary must have <0x00>, got
          "type": "Unigram" | "type": "BPE" | model.type must be Unigram, got "BPE"
          "normalizer": | "decoder": {"type": "WordPiece"}, "normalizer": | the type of decoder must be one of ByteFallback, Fuse, Metaspace, Replace, Sequence, Strip, got "WordPiece"
          "type": "WhitespaceSplit" | "type": "Digits" | the type of pre_tokenizer must be one of Metaspace, Sequence, Split, WhitespaceSplit, got "Digits"
          "replacement": "▁" | "replacement": "_" | pre_tokenizer must be or hold a Metaspace with replacement ▁, got
          "unk_id": 2 | "unk_id": 9 | model.unk_id must be an id of the vocabulary, got 9
          "unk_id": 2, | `` | model.unk_id must be an id of the vocabulary, got nothing
          ["▁a", -1.5] | ["▁a"] | each entry of model.vocab must be [piece, score], got ["▁a"]
          "type": "Metaspace" | "type": "ByteLevel" | the type of pre_tokenizer must be one of Metaspace, Sequence, Split, WhitespaceSplit, got "ByteLevel"
          "id": 4 | "id": 7 | ids of added_tokens must follow the vocabulary without a gap, got {"id":7
          "content": "<pad>" | "content": "[PAD]" | added_tokens must agree with model.vocab, which has <pad>, got {"id":0
          ["</s>", 0] | ["</t>", 0] | added_tokens must agree with model.vocab, which has </t>, got {"id":1
          "vocab": [ | "vocab": {}, "was": [ | model.vocab must be an array of [piece, score] (Unigram), got "Unigram"
          """)
  void whatIsWrongIsNamed(String part, String wrong, String message) {
    assertThat(GOOD).contains(part);
    assertThatThrownBy(() -> read(GOOD.replace(part, wrong)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "Cannot open checkpoint: in %s %s"
                .formatted(directory.resolve("tokenizer.json"), message));
  }

  /** A Metaspace alone or after another step, in both spellings. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          AT_SPACES      | {'type': 'Metaspace'}
          AT_SPACES      | {'type': 'Metaspace', 'str_rep': '▁', 'add_prefix_space': true}
          TOGETHER       | {'type': 'Metaspace', 'add_prefix_space': false}
          APART          | {'type': 'Metaspace', 'prepend_scheme': 'first', 'split': true}
          TOGETHER       | {'type': 'Metaspace', 'prepend_scheme': 'always', 'split': false}
          TOGETHER       | {'type': 'Metaspace', 'prepend_scheme': 'never', 'split': true}
          AT_WHITE_SPACE | {'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'add_prefix_space': true}
          AT_WHITE_SPACE | {'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'prepend_scheme': 'always'}
          TOGETHER       | {'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'prepend_scheme': 'first'}
          APART          | {'type': 'WhitespaceSplit'}, {'type': 'Metaspace', 'split': false}
          TOGETHER       | {'type': 'Split', 'pattern': {'Regex': 'a'}}, {'type': 'Metaspace'}
          APART          | {'type': 'Metaspace'}, {'type': 'Split', 'pattern': {'Regex': 'a'}}
          """)
  void wordsAreApartWhereEachIsCutAsIfAlone(WordCutting words, String steps) throws IOException {
    String metaspace =
        "{\"type\": \"WhitespaceSplit\"}, {\"type\": \"Metaspace\", \"replacement\": \"▁\"}";
    assertThat(GOOD).contains(metaspace);
    assertThat(read(GOOD.replace(metaspace, steps.replace('\'', '"'))).words()).isEqualTo(words);
  }

  @Test
  void aVocabularyWithoutAnEndTokenIsRefused() {
    String json =
        GOOD.replace("[\"</s>\", 0]", "[\"</t>\", 0]")
            .replace("{\"id\": 1, \"content\": \"</s>\", \"special\": true},", "");
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the vocabulary must have </s>, got [{\"id\":0");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = directory.resolve("tokenizer.json");
    assertThatThrownBy(() -> TokenizerFile.read(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open checkpoint: %s does not exist".formatted(missing));
  }

  private TokenizerFile read(String json) throws IOException {
    return TokenizerFile.read(Files.writeString(directory.resolve("tokenizer.json"), json));
  }
}
