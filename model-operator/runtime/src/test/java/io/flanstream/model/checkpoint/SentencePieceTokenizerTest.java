package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.decode.PublicData;
import io.flanstream.model.djl.DjlTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SentencePieceTokenizerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path directory;

  static List<Path> tokenizers() {
    return TestingTokenizers.directories().stream()
        .filter(directory -> Files.exists(directory.resolve("spiece.model")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void idsAreThoseOfTransformers(Path tokenizer) throws IOException {
    List<String> hashes = Files.readAllLines(tokenizer.resolve("hashes.txt"));
    List<String> texts = TestingTokenizers.texts();
    assertThat(hashes).hasSameSizeAs(texts);
    try (DjlTokenizer converted =
        DjlTokenizer.open(SentencePieceTokenizer.convert(copy(tokenizer)))) {
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = converted.encode(texts.get(i), (tokens, starts, ends) -> tokens);
        assertThat(TestingTokenizers.hash(ids))
            .as("text %s %s %s", i, texts.get(i), Arrays.toString(ids))
            .isEqualTo(hashes.get(i));
      }
    }
  }

  /** Every piece, score and added token of the published file, from a model made of them. */
  @Test
  void theModelOfT5sVocabularyBecomesItsPublishedFile() throws IOException {
    JsonNode published = MAPPER.readTree(PublicData.tokenizer().toFile());
    Files.write(directory.resolve("spiece.model"), TestingSentencePiece.model(published));
    JsonNode json = MAPPER.readTree(SentencePieceTokenizer.json(directory));
    JsonNode vocabulary = json.get("model").get("vocab");
    assertThat(vocabulary).hasSize(32100);
    for (int id = 0; id < vocabulary.size(); id++) {
      JsonNode expected = published.get("model").get("vocab").get(id);
      assertThat(vocabulary.get(id).get(0)).isEqualTo(expected.get(0));
      assertThat((float) vocabulary.get(id).get(1).asDouble())
          .isEqualTo((float) expected.get(1).asDouble());
    }
    assertThat(json.get("normalizer")).isEqualTo(published.get("normalizer"));
    assertThat(json.get("post_processor")).isEqualTo(published.get("post_processor"));
    assertThat(json.get("added_tokens")).hasSameElementsAs(published.get("added_tokens"));
    try (DjlTokenizer theirs = DjlTokenizer.open(PublicData.tokenizer());
        DjlTokenizer ours = DjlTokenizer.open(SentencePieceTokenizer.convert(directory))) {
      for (String text : TestingTokenizers.texts()) {
        int[] expected = theirs.encode(text, (tokens, starts, ends) -> tokens);
        assertThat(ours.<int[]>encode(text, (tokens, starts, ends) -> tokens))
            .as(text)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aTokenizerFileThatIsThereIsKept() throws IOException {
    Path file = Files.writeString(directory.resolve("tokenizer.json"), "{}");
    assertThat(SentencePieceTokenizer.convert(directory)).isEqualTo(file).hasContent("{}");
  }

  @Test
  void conversionLeavesTheFileAloneInTheDirectory() throws IOException {
    Path copy = copy(TestingTokenizers.directory("identity"));
    Path file = SentencePieceTokenizer.convert(copy);
    assertThat(file).isEqualTo(copy.resolve("tokenizer.json"));
    try (Stream<Path> files = Files.list(copy)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "spiece.model", "tokenizer_config.json", "hashes.txt", "tokenizer.json");
    }
  }

  /** A field of the trainer or the pieces set to what the family does not have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3  | 2 | model_type must be UNIGRAM, got BPE
          3  | 4 | model_type must be UNIGRAM, got CHAR
          24 | 1 | treat_whitespace_as_suffix must be false, got true
          """)
  void whatTheFamilyDoesNotHaveIsNamed(int field, int value, String message) throws IOException {
    Path file = writeModel(TestingSentencePiece.piece("<unk>", 0, 2), trainer(field, value));
    assertThatThrownBy(() -> SentencePieceTokenizer.json(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open checkpoint: in %s %s".formatted(file, message));
  }

  @Test
  void aModelWithoutAnUnknownPieceIsRefused() throws IOException {
    Path file = writeModel(TestingSentencePiece.piece("a", -1, 1));
    assertThatThrownBy(() -> SentencePieceTokenizer.json(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open checkpoint: in %s one piece must be of type UNKNOWN, got none"
                .formatted(file));
  }

  @Test
  void aTokenWhoseIdIsNotTheNextIsRefused() throws IOException {
    Path file = writeModel(TestingSentencePiece.piece("<unk>", 0, 2));
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"extra_ids\": 0}");
    Files.writeString(directory.resolve("added_tokens.json"), "{\"{\": 7}");
    assertThatThrownBy(() -> SentencePieceTokenizer.json(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open checkpoint: in %s token { must have id 1, the next after the model's pieces or its own among them, got 7 in tokenizer_config.json or added_tokens.json"
                .formatted(file));
  }

  @Test
  void aMissingModelIsNamed() {
    assertThatThrownBy(() -> SentencePieceTokenizer.convert(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open checkpoint: %s does not exist"
                .formatted(directory.resolve("spiece.model")));
  }

  /** Damaged models are refused, or read as what they say; nothing else is thrown. */
  @Test
  void damagedModelsAreRefused() throws IOException {
    byte[] whole =
        Files.readAllBytes(TestingTokenizers.directory("identity").resolve("spiece.model"));
    Random random = new Random(11);
    for (int i = 0; i < 500; i++) {
      byte[] damaged =
          Arrays.copyOf(
              whole, random.nextInt(3) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int change = random.nextInt(4); change >= 0 && damaged.length > 0; change--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = Files.write(directory.resolve("spiece.model"), damaged);
      try {
        SentencePieceTokenizer.json(directory);
      } catch (CheckpointException e) {
        assertThat(e)
            .hasMessageStartingWith("Cannot open checkpoint: ")
            .hasMessageContaining(file.toString());
      }
    }
  }

  private Path copy(Path tokenizer) throws IOException {
    try (Stream<Path> files = Files.list(tokenizer)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    return directory;
  }

  private Path writeModel(byte[]... fields) throws IOException {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      model.write(field);
    }
    return Files.write(directory.resolve("spiece.model"), model.toByteArray());
  }

  private static byte[] trainer(int field, int value) throws IOException {
    return TestingSentencePiece.message(2, output -> output.writeInt32(field, value));
  }
}
