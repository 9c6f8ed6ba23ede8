package io.flanstream.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GoldenCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraAdapterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PICKLED = "adapter_model.bin";

  @TempDir private Path directory;

  @BeforeEach
  void copyAnAdapter() throws IOException {
    for (String file : List.of(CONFIG, WEIGHTS)) {
      Files.copy(GoldenCheckpoint.adapter("queries").resolve(file), directory.resolve(file));
    }
  }

  @Test
  void saysWhatIsAddedToWhichWeight() {
    Checkpoint checkpoint = adapted("t5-v1_0", GoldenCheckpoint.adapter("patterns"));
    assertThat(checkpoint.updates())
        .extracting(LoraUpdate::weight)
        .containsExactly(
            "decoder.block.1.layer.0.SelfAttention.o.weight",
            "decoder.block.1.layer.2.DenseReluDense.wi.weight",
            "decoder.block.1.layer.2.DenseReluDense.wo.weight",
            "encoder.block.1.layer.0.SelfAttention.o.weight",
            "encoder.block.1.layer.1.DenseReluDense.wi.weight",
            "encoder.block.1.layer.1.DenseReluDense.wo.weight");
    assertThat(checkpoint.updates())
        .extracting(LoraUpdate::scale)
        .containsExactly(2.0, 2.0, 4.0 / 5, 2.0, 2.0, 3.0 / 5);
    assertThat(adapted("t5-v1_1", GoldenCheckpoint.adapter("every-map")).updates())
        .extracting(LoraUpdate::scale)
        .containsOnly(2 / Math.sqrt(3));
  }

  @Test
  void adaptersAreAPartOfTheWeightsHash() throws IOException {
    Path golden = GoldenCheckpoint.adapter("queries");
    String alone = adapted("ul2", golden).weightsHash();
    assertThat(alone).matches("[0-9a-f]{64}");
    assertThat(adapted("ul2", directory).weightsHash()).isEqualTo(alone);
    assertThat(adapted("ul2").weightsHash()).isEqualTo(checkpoint("ul2").weightsHash());
    Path other = GoldenCheckpoint.adapter("outputs");
    assertThat(List.of(adapted("ul2", other), adapted("ul2", golden, other), adapted("ul2")))
        .extracting(Checkpoint::weightsHash)
        .doesNotHaveDuplicates()
        .doesNotContain(alone);
    change("lora_alpha", "9");
    assertThat(adapted("ul2", directory).weightsHash()).isNotEqualTo(alone);
    change("lora_alpha", "8");
    byte[] bytes = Files.readAllBytes(directory.resolve(WEIGHTS));
    bytes[bytes.length - 1] ^= 1;
    Files.write(directory.resolve(WEIGHTS), bytes);
    assertThat(adapted("ul2", directory).weightsHash()).isNotEqualTo(alone);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "peft_type | \"IA3\" | must be LORA, got \"IA3\"",
        "bias | \"all\" | must be none, got \"all\"",
        "r | 0 | must be above 0, got 0",
        "lora_alpha | null | must be above 0, got null",
        "rank_pattern | {\"q\": 0} | must be above 0, got {\"q\":0}",
        "alpha_pattern | {\"(\": 1} | must hold regular expressions, got {\"(\":1}",
        "fan_in_fan_out | true | must be unset or false: it is not supported, got true",
        "use_dora | true | must be unset or false: it is not supported, got true",
        "lora_bias | true | must be unset or false: it is not supported, got true",
        "modules_to_save | [\"lm_head\"] | must be unset or false: it is not supported, got [\"lm_head\"]",
        "layer_replication | [[0, 1]] | must be unset or false: it is not supported, got [[0,1]]",
        "of_tomorrow | 3 | must be unset or false: it is not supported, got 3",
        "target_modules | [] | must be set, got []",
        "target_modules | [\"q\", \"wi\"] | must name linear maps in the checkpoint's blocks, got wi",
        "target_modules | [\"q\", \"lm_head\"] | must name linear maps in the checkpoint's blocks, got lm_head",
      })
  void refusesOtherConfigs(String key, String value, String message) throws IOException {
    change(key, value);
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open adapter: %s in %s %s", key, directory.resolve(CONFIG), message);
  }

  @Test
  void refusesAnAdapterThatWasTrainedAgainstOtherWeights() throws IOException {
    change("init_lora_weights", "\"pissa_niter_4\"");
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(
            "must be true, false, gaussian, eva or orthogonal, which leave the base weights as they are, got \"pissa_niter_4\"");
  }

  @Test
  void refusesFactorsThatDoNotFit() throws IOException {
    assertThatThrownBy(() -> adapted("t5-v1_0", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open adapter: tensor base_model.model.encoder.block.2.layer.0.SelfAttention.q.lora_A.weight in %s must be lora_A or lora_B of a linear map in the checkpoint's blocks",
            directory.resolve(WEIGHTS));
    change("r", "5");
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open adapter: tensor base_model.model.decoder.block.0.layer.0.SelfAttention.q.lora_A.weight in %s must have shape [5, 32] for the checkpoint's map and the rank in adapter_config.json, got [4, 32]",
            directory.resolve(WEIGHTS));
    change("r", "4");
    change("target_modules", "[\"q\", \"v\", \"o\"]");
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            "Cannot open adapter: tensor base_model\\.model\\..+\\.o\\.lora_A\\.weight is missing in .+");
    change("layers_to_transform", "[0, 1, 2]");
    assertThat(adapted("ul2", directory).updates()).isNotEmpty();
  }

  @Test
  void refusesTensorsOfOtherNames() throws IOException {
    Path file = directory.resolve(WEIGHTS);
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file, bytes.replace(".q.lora_B.weight", ".q.lora_C.weight"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            "Cannot open adapter: tensor \\S+\\.q\\.lora_C\\.weight in \\S+ must be lora_A or lora_B of a linear map in the checkpoint's blocks");
  }

  /** The pickled files hold the same numbers: made by {@code make_pickled_adapters.py}. */
  @ParameterizedTest
  @ValueSource(strings = {"queries-archive", "queries-stream", "queries-default-names"})
  void readsPickledFactorsWithoutRunningThePickle(String name) throws IOException {
    Files.delete(directory.resolve(WEIGHTS));
    Files.copy(
        GoldenCheckpoint.adapter("pickled").resolve(name + ".bin"), directory.resolve(PICKLED));
    List<LoraUpdate> plain = adapted("ul2", golden()).updates();
    List<LoraUpdate> pickled = adapted("ul2", directory).updates();
    assertThat(pickled).hasSameSizeAs(plain);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(pickled.get(i).weight()).isEqualTo(plain.get(i).weight());
      assertThat(pickled.get(i).scale()).isEqualTo(plain.get(i).scale());
      assertThat(TensorBytes.equal(pickled.get(i).a(), plain.get(i).a())).isTrue();
      assertThat(TensorBytes.equal(pickled.get(i).b(), plain.get(i).b())).isTrue();
    }
  }

  @Test
  void refusesAPickleThatRunsCode() throws IOException {
    Files.delete(directory.resolve(WEIGHTS));
    Files.copy(
        GoldenCheckpoint.adapter("..").resolve("pickled/refused/os-system.bin"),
        directory.resolve(PICKLED));
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot open adapter: Cannot read " + directory.resolve(PICKLED))
        .hasMessageContaining("system");
  }

  @Test
  void factorsMayHaveTheAdaptersName() throws IOException {
    String plain = adapted("ul2", directory).weightsHash();
    rename(".lora_A.weight", ".lora_A.default.weight");
    rename(".lora_B.weight", ".lora_B.default.weight");
    Checkpoint named = adapted("ul2", directory);
    assertThat(named.updates()).hasSameSizeAs(adapted("ul2", golden()).updates());
    assertThat(named.weightsHash()).matches("[0-9a-f]{64}").isNotEqualTo(plain);
  }

  @Test
  void refusesFactorsOfTwoAdapters() throws IOException {
    rename(
        "decoder.block.0.layer.0.SelfAttention.q.lora_A.weight",
        "decoder.block.0.layer.0.SelfAttention.q.lora_A.one.weight");
    rename(
        "decoder.block.0.layer.0.SelfAttention.v.lora_A.weight",
        "decoder.block.0.layer.0.SelfAttention.q.lora_A.two.weight");
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(
            "Cannot open adapter: \\S+ must hold one adapter, got \\S+\\.q\\.lora_A\\.one\\.weight and \\S+\\.q\\.lora_A\\.two\\.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "every-map | t5-v1_1 | \"all-linear\"",
        "every-map | t5-v1_1 | \"ALL-LINEAR\"",
        "queries | ul2 | \".*Attention\\\\.[qv]\"",
        "queries | ul2 | [\"SelfAttention.q\", \"v\"]",
      })
  void targetsMayBeAllOrARegularExpression(String adapter, String checkpoint, String targets)
      throws IOException {
    for (String file : List.of(CONFIG, WEIGHTS)) {
      Files.copy(
          GoldenCheckpoint.adapter(adapter).resolve(file),
          directory.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    change("target_modules", targets);
    assertThat(adapted(checkpoint, directory).updates())
        .isEqualTo(adapted(checkpoint, directory).updates())
        .hasSameSizeAs(adapted(checkpoint, GoldenCheckpoint.adapter(adapter)).updates());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"all-linear\" | Cannot open adapter: tensor base_model\\.model\\.decoder\\.block\\.0\\.layer\\.0\\.SelfAttention\\.k\\.lora_A\\.weight is missing in .+",
        "\".*\\\\.[qvo]\" | Cannot open adapter: tensor \\S+\\.o\\.lora_A\\.weight is missing in .+",
        "\".*\\\\.qkv\" | Cannot open adapter: target_modules in \\S+ must name linear maps in the checkpoint's blocks, got \\S+qkv",
        "\"(\" | Cannot open adapter: target_modules in \\S+ must hold regular expressions, got \"\\(\"",
        "\"\" | Cannot open adapter: target_modules in \\S+ must be set, got \"\"",
      })
  void refusesTargetsThatHaveNoFactors(String targets, String message) throws IOException {
    change("target_modules", targets);
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(message);
  }

  @Test
  void refusesADirectoryWithoutItsFiles() throws IOException {
    Files.delete(directory.resolve(WEIGHTS));
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot open adapter: %s must have adapter_model.safetensors or adapter_model.bin, got neither",
            directory);
    Files.delete(directory.resolve(CONFIG));
    assertThatThrownBy(() -> adapted("ul2", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("adapter_config.json does not exist");
    assertThatThrownBy(() -> adapted("ul2", directory.resolve("nowhere")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot open adapter: %s is not a directory", directory.resolve("nowhere"));
  }

  private static Path golden() {
    return GoldenCheckpoint.adapter("queries");
  }

  /** Renames tensors in the header. */
  private void rename(String from, String to) throws IOException {
    Path file = directory.resolve(WEIGHTS);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    String text = new String(header, StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    header = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
    ByteBuffer renamed =
        ByteBuffer.allocate(8 + header.length + bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, renamed.putLong(header.length).put(header).put(bytes).array());
  }

  private void change(String key, String value) throws IOException {
    Path file = directory.resolve(CONFIG);
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    JSON.writeValue(file.toFile(), config.set(key, JSON.readTree(value)));
  }

  private static Checkpoint checkpoint(String name) {
    return Checkpoint.open(GoldenCheckpoint.of(name).directory());
  }

  private static Checkpoint adapted(String name, Path... adapters) {
    return checkpoint(name).withAdapters(List.of(adapters));
  }
}
