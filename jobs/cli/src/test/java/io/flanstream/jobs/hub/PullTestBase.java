package io.flanstream.jobs.hub;

import static io.flanstream.jobs.hub.TestingHub.COMMIT;
import static io.flanstream.jobs.hub.TestingHub.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub that has a checkpoint, and a directory to pull it into. */
abstract class PullTestBase {
  static final Path CHECKPOINT =
      Path.of(
          System.getProperty("flanstream.root"),
          "model-operator/runtime/src/test/resources/golden/ul2");
  static final String SHARD = "model-00002-of-00003.safetensors";
  static final int PULLED = 6;
  static final PullSettings SETTINGS =
      new PullSettings(
          3,
          Duration.ofSeconds(20),
          new RetryPolicy(3, Duration.ofMillis(1), Duration.ofSeconds(5)),
          false);

  @TempDir Path temporary;
  TestingHub hub;
  Path target;

  @BeforeEach
  void startHub() throws IOException {
    hub = TestingHub.of(CHECKPOINT);
    hub.add("pytorch_model.bin", new byte[] {(byte) 0x80, 2});
    hub.add(".gitattributes", new byte[0]);
    hub.add("tf_model.h5", new byte[1]);
    target = temporary.resolve("model");
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  PullReceipt pullUnchecked() {
    try {
      return pull();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  PullReceipt pull() throws IOException, InterruptedException {
    return pull(hub);
  }

  PullReceipt pull(PullSettings settings) throws IOException, InterruptedException {
    return new ModelPull(HubEndpoint.of(hub.address(), Optional.empty()), settings, listener())
        .pull(new HubModel(MODEL, "main"), target);
  }

  PullReceipt pull(TestingHub from) throws IOException, InterruptedException {
    return modelPull(from).pull(new HubModel(MODEL, "main"), target);
  }

  ModelPull modelPull(TestingHub from) {
    return new ModelPull(HubEndpoint.of(from.address(), Optional.empty()), SETTINGS, listener());
  }

  HubHttp http() {
    return new HubHttp(HubEndpoint.of(hub.address(), Optional.empty()), SETTINGS.patience());
  }

  static TestingListener listener() {
    return new TestingListener();
  }

  void assertPulled(PullReceipt receipt) throws IOException {
    assertThat(receipt.commit()).isEqualTo(COMMIT);
    assertThat(receipt.files()).hasSize(PULLED);
    for (HubFile file : receipt.files()) {
      assertThat(target.resolve(file.name()))
          .hasSameBinaryContentAs(CHECKPOINT.resolve(file.name()));
    }
    assertThat(ModelPull.partial(target)).doesNotExist();
  }

  /** The client may lose what came just before a cut, so the cut waits until it is on the disk. */
  TestingHub.Answer cutOnceWritten(int bytes) {
    Path part = ModelPull.partial(target).resolve(SHARD + ".part");
    return (exchange, content) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      long from = range == null ? 0 : Long.parseLong(range.replaceAll("\\D", ""));
      TestingHub.heldAfter(exchange, content, bytes);
      try {
        while (Files.size(part) < from + bytes) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
    };
  }

  List<String> storageRanges() {
    return hub.requestsFor(SHARD).stream()
        .filter(request -> request.host().equals("storage"))
        .map(TestingHub.Request::range)
        .toList();
  }

  static List<String> names(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
