package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandITCase {
  private static final String FLAN_MINI =
      TestingCommand.ROOT.resolve("deploy/models/flan-mini").toString();
  private static final String FLAN_UL2 =
      """
      {"model_type": "t5", "d_model": 4096, "d_kv": 256, "d_ff": 16384, "num_heads": 16,
       "num_layers": 32, "num_decoder_layers": 32, "vocab_size": 32128,
       "feed_forward_proj": "gated-silu"}
      """;

  @TempDir private Path directory;

  @Test
  void plansFlanUl2FromItsConfigAlone()
      throws IOException, InterruptedException, ExecutionException {
    Files.writeString(directory.resolve("config.json"), FLAN_UL2);
    TestingCommand run =
        TestingCommand.run("", "plan", "--model", directory.toString(), "--device", "h100-sxm");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("19,591,209,984 numbers of 2 bytes: 39.2 GB (from config.json alone")
        .contains("524.3 kB a token, 67.1 MB a record of 128 tokens")
        .contains("32 records encoded at once")
        .contains("2.48 TFLOP a record")
        .contains("at most 61 trie positions")
        .contains("at 50 % of 989.00 TFLOP/s and 3.35 TB/s: arithmetic, not measured");
  }

  @Test
  void plansFlanUl2AsInt8OnTwentyFourGigabytes()
      throws IOException, InterruptedException, ExecutionException {
    Files.writeString(directory.resolve("config.json"), FLAN_UL2);
    String model = directory.toString();
    TestingCommand run =
        TestingCommand.run("", "plan", "--model", model, "--device", "l4", "--int8");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("19,591,209,984 numbers of 1 byte, those of the embedding of 2: 19.7 GB")
        .contains("with unpacked weights: model.int8-activations auto unpacks there")
        .contains("at 50 % of 121.00 TFLOP/s, bfloat16's, and 0.30 TB/s");
    assertThat(TestingCommand.run("", "plan", "--model", model, "--device", "l4").exitCode())
        .isEqualTo(1);
  }

  @Test
  void sizesAreThoseOfTheCheckpoint() throws IOException, InterruptedException, ExecutionException {
    TestingCommand plan =
        TestingCommand.run("", "plan", "--model", FLAN_MINI, "--device-memory", "1GB", "--json");
    TestingCommand info = TestingCommand.run("", "model", "info", FLAN_MINI, "--json");
    JsonNode planned = new ObjectMapper().readTree(plan.out());
    JsonNode stored = new ObjectMapper().readTree(info.out());
    assertThat(planned.required("parameters").longValue())
        .isEqualTo(stored.required("parameters").longValue());
    assertThat(planned.required("weightBytes").doubleValue())
        .isEqualTo(stored.required("bytes").doubleValue());
    assertThat(planned.has("recordsPerSecond")).isFalse();
  }

  @Test
  void whatDoesNotFitIsSaidAndExitsWithOne()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand run =
        TestingCommand.run("", "plan", "--model", FLAN_MINI, "--device-memory", "2MB");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("2.0 MB: too little");
  }

  @Test
  void wrongCallsExitWithTwo() throws IOException, InterruptedException, ExecutionException {
    check("name a --device or its --device-memory");
    check("Cannot read 8O GB", "--device-memory", "8O GB");
    check("both --peak-flops and --bandwidth", "--device-memory", "1GB", "--peak-flops", "1e12");
    check("numbers have 2 or 4 bytes, got 3", "--device", "h200", "--number-bytes", "3");
  }

  private static void check(String message, String... arguments)
      throws IOException, InterruptedException, ExecutionException {
    List<String> command = new ArrayList<>(List.of("plan", "--model", FLAN_MINI));
    command.addAll(List.of(arguments));
    TestingCommand run = TestingCommand.run("", command.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
