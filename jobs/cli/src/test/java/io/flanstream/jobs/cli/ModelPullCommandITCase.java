package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.hub.TestingHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class ModelPullCommandITCase {
  private static final Path CHECKPOINT =
      TestingCommand.ROOT.resolve("model-operator/runtime/src/test/resources/golden/ul2");
  private static final String SHARD = "model-00001-of-00003.safetensors";
  private static final String TOKEN = "hf_aSecretOfThisTest";

  @TempDir Path temporary;
  private TestingHub hub;
  private String target;

  @BeforeEach
  void startHub() throws IOException {
    hub = TestingHub.of(CHECKPOINT);
    target = temporary.resolve("model").toString();
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  @Test
  void takesHubAndTokenFromTheEnvironment()
      throws IOException, InterruptedException, ExecutionException {
    TestingCommand pulled =
        TestingCommand.runWith(
            Map.of("HF_ENDPOINT", hub.address(), "HF_TOKEN", TOKEN),
            "model",
            "pull",
            TestingHub.MODEL,
            "--to",
            target);

    assertThat(pulled.err()).isEmpty();
    assertThat(pulled.exitCode()).isZero();
    assertThat(pulled.out())
        .isEqualTo(
            "%s has owner/model at commit %s: 6 files, 304.3 kB\n"
                .formatted(target, TestingHub.COMMIT));
    assertThat(hub.requestsFor("main").get(0).authorization()).isEqualTo("Bearer " + TOKEN);
    TestingCommand info = TestingCommand.run("", "model", "info", target);
    assertThat(info.exitCode()).as(info.err()).isZero();
  }

  @Test
  void aRefusalIsOneLineWithoutTheToken()
      throws IOException, InterruptedException, ExecutionException {
    hub.next("revision", TestingHub.status(401));
    TestingCommand refused =
        TestingCommand.runWith(
            Map.of("HF_TOKEN", TOKEN),
            "--debug",
            "model",
            "pull",
            TestingHub.MODEL,
            "--mirror",
            hub.address(),
            "--to",
            target);

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("flanstream: Cannot pull owner/model at main: " + hub.address())
        .contains("answered 401; HF_TOKEN must hold a token")
        .doesNotContain(TOKEN);
    assertThat(Path.of("target", "flanstream-test.log")).content().doesNotContain(TOKEN);
  }

  @Test
  void wrongUseIsSaidAsSuch() throws IOException, InterruptedException, ExecutionException {
    for (List<String> wrong :
        List.of(
            List.of("google/flan/ul2"),
            List.of("../ul2"),
            List.of("google/flan-ul2", "--endpoint", "ftp://hub"),
            List.of("google/flan-ul2", "--endpoint", "https://me:secret@hub"),
            List.of("google/flan-ul2", "--revision", " "),
            List.of("google/flan-ul2", "--parallel", "0"))) {
      String[] arguments = new String[wrong.size() + 2];
      arguments[0] = "model";
      arguments[1] = "pull";
      for (int i = 0; i < wrong.size(); i++) {
        arguments[i + 2] = wrong.get(i);
      }
      TestingCommand command = TestingCommand.run("", arguments);
      assertThat(command.exitCode()).as(wrong.toString()).isEqualTo(2);
      assertThat(command.err()).startsWith("flanstream: Cannot ").doesNotContain("secret");
    }
  }

  @Test
  void whatASignalCutsIsGoneOnWith() throws IOException, InterruptedException, ExecutionException {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    hub.next(
        SHARD,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, content.length / 2);
          exchange.getResponseBody().flush();
          half.countDown();
          await(ended);
          exchange.close();
        });
    Process process = TestingCommand.start(List.of(), Map.of(), pullArguments());
    half.await();
    Path part = Path.of(target + ".partial", SHARD + ".part");
    while (!Files.exists(part) || Files.size(part) < Files.size(CHECKPOINT.resolve(SHARD)) / 2) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    // Process.destroy would close the streams, too.
    process.toHandle().destroy();
    TestingCommand cut = TestingCommand.ended(process);
    ended.countDown();
    assertThat(cut.exitCode()).as("ended by SIGTERM").isEqualTo(128 + 15);
    assertThat(cut.err())
        .isEqualTo(
            "flanstream: %s.partial is kept: the same command goes on from there\n"
                .formatted(target));
    assertThat(Path.of(target)).doesNotExist();

    TestingCommand resumed = TestingCommand.run("", pullArguments());

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(hub.requestsFor(SHARD))
        .extracting(TestingHub.Request::range)
        .containsExactly(
            null,
            null,
            "bytes=%s-".formatted(Files.size(CHECKPOINT.resolve(SHARD)) / 2),
            "bytes=%s-".formatted(Files.size(CHECKPOINT.resolve(SHARD)) / 2));
    assertThat(Path.of(target, SHARD)).hasSameBinaryContentAs(CHECKPOINT.resolve(SHARD));
  }

  private String[] pullArguments() {
    return new String[] {
      "model", "pull", TestingHub.MODEL, "--endpoint", hub.address(), "--to", target
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
