package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.GoldenDecoding;
import io.flanstream.model.GoldenLayout;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden values see every fault that T5 runtimes have shipped with. */
class ProgramMutationTest {
  private static final double VISIBLE = 1e-3;

  @ParameterizedTest
  @EnumSource
  void theUnchangedProgramAgrees(ProgramBranch branch) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2");
    try (TextModel model = open(golden, T5Program.source(), branch)) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(1e-4);
      assertThat(golden.differentGenerations(model)).isZero();
    }
  }

  @ParameterizedTest(name = "scores show: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "the output scale is left out | x * self.output_scale | x * 1.0",
        "padding leaks into attention | unsqueeze(1).unsqueeze(1), float(\"-inf\")).to | unsqueeze(1).unsqueeze(1), 0.0).to",
        "the encoder has no relative bias | self.aligned(bias + self.padding( | self.aligned(bias * 0.0 + self.padding(",
        "attention is scaled by 1/sqrt(d_kv) | attend(self.split(qkv[0]), | attend(self.split(qkv[0]) * 0.288,",
        "the encoder's buckets look one way | self.bucket(relative, True) | self.bucket(relative, False)",
        "the decoder's buckets look both ways | self.bucket(relative, False) | self.bucket(relative, True)",
        "gelu stands for silu | torch.silu(x) | torch.gelu(x, approximate=\"tanh\")",
        "a trie node sees its siblings | torch.eq(ancestors, 0) | torch.lt(ancestors, 0)",
      })
  void scoresShow(String fault, String from, String to) {
    for (ProgramBranch branch : ProgramBranch.values()) {
      assertThat(isVisible("ul2", mutated(from, to), branch)).as("%s, %s", fault, branch).isTrue();
    }
  }

  /** What only one of the branches has. */
  @ParameterizedTest(name = "scores show in the branch for {1}: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "attention is scaled by 1/sqrt(d_kv) | CPU | torch.matmul(q, k | torch.matmul(q * 0.288, k",
        "attention is scaled by 1/sqrt(d_kv) | CUDA | False, scale=1.0) | False)",
        "the fused kernel has no bias | CUDA | torch.scaled_dot_product_attention(q, k, v, bias | torch.scaled_dot_product_attention(q, k, v, None",
        "the norm subtracts the mean | CUDA | torch.linspace(1.0, -1.0, 2 | torch.linspace(1.0, 1.0, 2",
        "a residual is left out | CUDA | self.w[i].t()) | self.w[i].t(), beta=0.0)",
        "keys stand for values | CUDA | parts.append(x) | parts.append(x.flip([0]))",
      })
  void scoresShowInABranch(String fault, ProgramBranch branch, String from, String to) {
    assertThat(isVisible("ul2", mutated(from, to), branch)).as(fault).isTrue();
  }

  private static boolean isVisible(String name, String source, ProgramBranch branch) {
    GoldenCheckpoint golden = GoldenLayout.checkpoint(name);
    try (TextModel model = open(golden, source, branch)) {
      return golden.isAnyScoreFarther(model, VISIBLE);
    }
  }

  @ParameterizedTest(name = "the layouts show: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "the head is the embedding | flan-t5 | self.linear(x, i).float() | self.linear(x, 0).float()",
        "UMT5's encoder has the first block's bias everywhere | umt5-5x | place = 3 + block | place = 3",
        "UMT5's decoder has the first block's bias everywhere | umt5-5x | self.w[self.decoder_table(layer)] | self.w[self.decoder_table(0)]",
        "the decoder keeps the first block's bias | umt5-5x | bias_in_every_block and block > 0 | bias_in_every_block and block > 99",
        "the encoder keeps the first block's bias | umt5-5x | bias_in_every_block and layer > 0 | bias_in_every_block and layer > 99",
        "gelu has the tanh form | gelu | approximate=\"none\" | approximate=\"tanh\"",
      })
  void layoutsShow(String fault, String layout, String from, String to) {
    GoldenCheckpoint golden = GoldenLayout.checkpoint(layout);
    for (ProgramBranch branch : ProgramBranch.values()) {
      try (TextModel model = open(golden, mutated(from, to), branch)) {
        assertThat(
                golden.isAnyScoreFarther(model, VISIBLE) || golden.isAnyGenerationDifferent(model))
            .as("%s, %s", fault, branch)
            .isTrue();
      }
    }
  }

  @ParameterizedTest(name = "the layouts show that {1} decides in {0}")
  @CsvSource({
    "flan-t5-5x, scale_decoder_outputs",
    "untied-equal-5x, scale_decoder_outputs",
    "scale-true-tie-false, scale_decoder_outputs",
    "flan-t5, tie_word_embeddings",
    "mt5, model_type",
    "umt5, model_type",
  })
  void layoutsShowTheKeyThatDecides(String layout, String key, @TempDir Path directory)
      throws IOException {
    GoldenCheckpoint golden = GoldenLayout.checkpoint(layout);
    try (Stream<Path> files = Files.list(golden.directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    Path config = directory.resolve("config.json");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(config.toFile());
    json.remove(key);
    if (key.equals("model_type")) {
      json.put(key, "t5").put("tie_word_embeddings", true);
    }
    mapper.writeValue(config.toFile(), json);
    GoldenCheckpoint changed =
        new GoldenCheckpoint(directory, golden.adapters(), golden.expected());
    try (TextModel model = open(changed, T5Program.source(), ProgramBranch.CPU)) {
      assertThat(changed.worstScoreDifference(model)).isGreaterThan(VISIBLE);
    }
  }

  @ParameterizedTest(name = "generations show: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "the relative bias is dropped on a cached step | self.bucket(relative, False)).t() | self.bucket(relative, False)).t() * 0.0",
        "the cache is not written | torch.index_put_(self.cache[layer], at, | torch.index_put(self.cache[layer], at,",
        "padding leaks into cross-attention | padding = self.padding(mask.to(device)) | padding = torch.zeros_like(self.padding(mask.to(device)))",
      })
  void generationsShow(String fault, String from, String to) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2");
    for (ProgramBranch branch : ProgramBranch.values()) {
      try (TextModel model = open(golden, mutated(from, to), branch)) {
        assertThat(golden.isAnyGenerationDifferent(model)).as("%s, %s", fault, branch).isTrue();
      }
    }
  }

  @ParameterizedTest(name = "beam searches show: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "beams keep their own cache | torch.index_put_(seen, at, | torch.index_put(seen, at,",
        "beams swap their caches | torch.index_select(seen, 1, order) | torch.index_select(seen, 1, torch.flip(order, [0]))",
        "a beam takes over the first position alone | lane).narrow(3, 0, positions) | lane).narrow(3, 0, 1)",
      })
  void beamSearchesShow(String fault, String from, String to) {
    GoldenDecoding golden = GoldenDecoding.of("ul2");
    Checkpoint checkpoint = Checkpoint.open(golden.checkpoint().directory());
    String source = mutated(from, to);
    for (boolean cuda : new boolean[] {false, true}) {
      int pieces = checkpoint.config().vocabSize();
      assertThat(
              golden.different(
                  TestingModels.device(source, checkpoint, pieces, StoredType.F32, cuda)))
          .as("%s, %s", fault, cuda)
          .isPositive();
    }
  }

  private static String mutated(String from, String to) {
    String source = T5Program.source();
    assertThat(source).contains(from);
    return source.replace(from, to);
  }

  private static TextModel open(GoldenCheckpoint golden, String source, ProgramBranch branch) {
    return TextModels.open(
        golden.settings(64, ModelSettings.DataType.FLOAT32),
        (checkpoint, vocabulary) ->
            DjlDevice.open(
                source, checkpoint, vocabulary.size(), StoredType.F32, Packing.NONE, branch));
  }
}
