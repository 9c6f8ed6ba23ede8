package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GoldenLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided where files leave something open, and what is refused by name. */
class CheckpointDecisionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "flan-t5 | output scale | not scaled | scale_decoder_outputs is absent, tie_word_embeddings is false | -",
        "flan-t5 | head | its own | lm_head.weight is stored and differs from the embedding | -",
        "flan-t5-5x | output scale | not scaled | scale_decoder_outputs is false | scaled by d_model^-0.5, by tie_word_embeddings",
        "flan-t5-5x | head | its own | lm_head.weight is stored and differs from the embedding | the embedding, by tie_word_embeddings",
        "t5-v1_0 | output scale | scaled by d_model^-0.5 | scale_decoder_outputs is absent, tie_word_embeddings is absent (default true) | -",
        "ul2-head-stored | head | the embedding | lm_head.weight is stored and equals the embedding | -",
        "encoder-embedding | embedding | encoder.embed_tokens.weight | shared.weight is not stored | -",
        "head-alone | embedding | lm_head.weight | shared.weight is not stored | cannot compute: it does not take the head for the embedding",
        "tie-false-no-head | head | the embedding | lm_head.weight is not stored | a new random matrix: tie_word_embeddings is false",
        "tie-null | output scale | scaled by d_model^-0.5 | scale_decoder_outputs is absent, tie_word_embeddings is null | not scaled, by tie_word_embeddings",
        "mt5 | output scale | not scaled | model_type is mt5, which transformers 5 never scales | -",
        "mt5-5x | output scale | not scaled | model_type is mt5, which transformers 5 never scales | scaled by d_model^-0.5, by tie_word_embeddings",
        "umt5-no-model-type | model type | umt5 | model_type is absent, architectures is [UMT5ForConditionalGeneration] | -",
        "config-2020 | activation | relu | feed_forward_proj is absent, the default of T5Config is relu | -",
        "generation-config-ids | eos_token_id | [1,43,67,101] | generation_config.json says so, config.json says 1 | -",
      })
  void saysWhatDecided(
      String layout, String subject, String choice, String reason, String transformers4) {
    assertThat(Checkpoint.open(GoldenLayout.of(layout).directory()).decisions())
        .contains(new Decision(subject, choice, reason, Optional.ofNullable(transformers4)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flan-t5-5x | config.json ties the head to the embedding, but the stored lm_head.weight differs from it; lm_head.weight is used, as in transformers 5",
        "scale-true-tie-false | config.json contradicts itself: scale_decoder_outputs is true and tie_word_embeddings is false; scale_decoder_outputs decides, as in transformers 5",
        "activation-contradicted | config.json contradicts itself: dense_act_fn is silu and feed_forward_proj is gated-gelu; dense_act_fn decides, as in transformers",
        "vocab-size-other-than-rows | vocab_size in config.json is 100, but the embedding has 128 rows; the rows count",
      })
  void warnsWhereFilesContradictEachOther(String layout, String warning) {
    assertThat(Checkpoint.open(GoldenLayout.of(layout).directory()).warnings())
        .containsExactly(warning);
    assertThat(Checkpoint.open(GoldenLayout.of("t5-v1_0").directory()).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "longt5 | : LongT5 needs its local and transient-global attention",
        "switch_transformers | : Switch Transformers needs its routed experts",
        "t5gemma | : T5Gemma needs Gemma's blocks, with rotary positions",
        "bart | ''",
      })
  void refusesOtherFamiliesByName(String type, String needs) throws IOException {
    copy("t5-v1_0");
    config(json -> json.put("model_type", type));
    assertFails(
        "Cannot open checkpoint: model_type in %s must be t5, mt5 or umt5, got \"%s\"%s"
            .formatted(directory.resolve("config.json"), type, needs));
  }

  @Test
  void refusesAnotherFamilyThatOnlyArchitecturesName() throws IOException {
    copy("t5-v1_0");
    config(
        json -> {
          json.remove("model_type");
          json.putArray("architectures").add("LongT5ForConditionalGeneration");
        });
    assertFails(
        "Cannot open checkpoint: model_type in %s must be t5, mt5 or umt5, got none: LongT5 needs its local and transient-global attention"
            .formatted(directory.resolve("config.json")));
  }

  @Test
  void refusesAnEncoderAlone() throws IOException {
    copy("t5-v1_0");
    config(json -> json.putArray("architectures").add("T5EncoderModel"));
    assertFails(
        "Cannot open checkpoint: architectures in %s must be a model with a decoder, such as T5ForConditionalGeneration, got T5EncoderModel: an encoder alone scores and writes nothing"
            .formatted(directory.resolve("config.json")));
  }

  @Test
  void refusesTheTokenizerOfCodeT5() throws IOException {
    copy("t5-v1_0");
    Path file = directory.resolve("tokenizer_config.json");
    Files.writeString(file, "{\"tokenizer_class\": \"RobertaTokenizer\"}");
    assertFails(
        "Cannot open checkpoint: tokenizer_class in %s must be T5's or ByT5's, got RobertaTokenizer: it needs byte-level BPE or WordPiece, as CodeT5 does"
            .formatted(file));
    Files.delete(file);
    Files.delete(directory.resolve("tokenizer.json"));
    Files.writeString(directory.resolve("merges.txt"), "");
    assertFails(
        "Cannot open checkpoint: %s must have tokenizer.json or spiece.model, got merges.txt: it needs byte-level BPE, as CodeT5 does"
            .formatted(directory));
  }

  @Test
  void refusesEmbeddingsThatDiffer() throws IOException {
    copy("all-four");
    Path file = directory.resolve("model.safetensors");
    StoredTensor encoder = Checkpoint.open(directory).tensors().get("encoder.embed_tokens.weight");
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) encoder.position()] ^= 1;
    Files.write(file, bytes);
    assertFails(
        "Cannot open checkpoint: tensors shared.weight and encoder.embed_tokens.weight must be equal, as both are the embedding; they differ in values");
  }

  @Test
  void refusesACheckpointWithoutAnEmbedding() throws IOException {
    copy("t5-v1_0");
    rename("\"shared.weight\"", "\"shured.weight\"");
    assertFails(
        "Cannot open checkpoint: one of the tensors shared.weight, encoder.embed_tokens.weight, decoder.embed_tokens.weight and lm_head.weight must be stored, none is in "
            + directory);
  }

  @Test
  void refusesAnIndexThatNamesWhatNoShardHas() throws IOException {
    copy("sharded-tied-names-listed");
    Path index = directory.resolve("model.safetensors.index.json");
    JsonNode json = JSON.readTree(index.toFile());
    ((ObjectNode) json.get("weight_map"))
        .put("decoder.extra.weight", "model-00001-of-00002.safetensors");
    JSON.writeValue(index.toFile(), json);
    assertFails(
        "Cannot open checkpoint: tensor decoder.extra.weight must be in model-00001-of-00002.safetensors as %s says, it is in no shard"
            .formatted(index));
  }

  @Test
  void refusesATensorOfIntegersWhereItIsNeeded() throws IOException {
    copy("stale-tensors");
    Checkpoint.open(directory);
    rename(
        "\"decoder.final_layer_norm.weight\":{\"dtype\":\"F32\"",
        "\"decoder.final_layer_norm.weight\":{\"dtype\":\"I32\"");
    assertFails(
        "Cannot open checkpoint: dtype of tensor decoder.final_layer_norm.weight in %s must be F64, F32, BF16 or F16, got I32"
            .formatted(directory.resolve("model.safetensors")));
  }

  @Test
  void refusesAStartTokenWithoutARow() throws IOException {
    copy("t5-v1_0");
    config(json -> json.put("decoder_start_token_id", 128));
    assertFails(
        "Cannot open checkpoint: decoder_start_token_id and pad_token_id of %s must be below the 128 rows of the embedding, got 128"
            .formatted(directory));
  }

  @Test
  void idsComeFromTheGenerationConfigFirst() {
    T5Config config =
        Checkpoint.open(GoldenLayout.of("generation-config-ids").directory()).config();
    assertThat(config.startId()).isEqualTo(5);
    assertThat(config.endIds()).containsExactly(1, 43, 67, 101);
    T5Config alone = Checkpoint.open(GoldenLayout.of("config-ids").directory()).config();
    assertThat(alone.startId()).isEqualTo(7);
    assertThat(alone.endIds()).containsExactly(90);
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> Checkpoint.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  private void rename(String from, String to) throws IOException {
    Path file = directory.resolve("model.safetensors");
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains(from);
    Files.writeString(file, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  private void config(Consumer<ObjectNode> change) throws IOException {
    Path file = directory.resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    change.accept(json);
    JSON.writeValue(file.toFile(), json);
  }

  private void copy(String layout) throws IOException {
    try (Stream<Path> files = Files.list(GoldenLayout.of(layout).directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }
}
