package io.flanstream.jobs.hub;

import static io.flanstream.jobs.hub.TestingHub.COMMIT;
import static io.flanstream.jobs.hub.TestingHub.MODEL;
import static io.flanstream.jobs.hub.TestingHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pull leaves on the disk, and what it refuses. */
@Timeout(300)
class ModelPullITCase extends PullTestBase {
  @Test
  void aPulledDirectoryIsTheCheckpointAndOpens() throws IOException, InterruptedException {
    PullReceipt receipt = pull();

    assertThat(names(temporary)).containsExactly("model");
    assertThat(names(target))
        .containsExactly(
            "config.json",
            "flanstream-pull.json",
            "model-00001-of-00003.safetensors",
            SHARD,
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json",
            "tokenizer.json");
    assertPulled(receipt);
    assertThat(hub.requests())
        .noneMatch(request -> request.path().matches(".*(bin|h5|expected.*)"));
    try (TextModel model = TextModels.open(ModelSettings.of(target))) {
      assertThat(model.description().name()).isNotEmpty();
    }
  }

  @Test
  void aPullThatFailedGoesOnWhereItEnded() throws IOException, InterruptedException {
    hub.next(SHARD, cutOnceWritten(50_000), status(404));
    assertThatThrownBy(this::pull)
        .isInstanceOf(CommandException.class)
        .hasMessageMatching(
            "Cannot pull " + SHARD + " of owner/model: http://\\S+/" + SHARD + " answered 404");
    assertThat(target).doesNotExist();
    assertThat(names(temporary)).containsExactly("model.partial");

    assertPulled(pull());

    assertThat(storageRanges()).containsExactly(null, "bytes=50000-", "bytes=50000-");
    assertThat(hub.requestsFor("config.json")).as("not asked for again").hasSize(1);
  }

  @Test
  void aWrongChecksumIsRefusedAndForgotten() throws IOException, InterruptedException {
    hub.next(SHARD, TestingHub::corrupt);
    assertThatThrownBy(this::pull)
        .isInstanceOf(CommandException.class)
        .hasMessageMatching(
            "Cannot pull "
                + SHARD
                + " of owner/model: it must have SHA-256 \\w{64}, got SHA-256 \\w{64}");
    assertThat(target).doesNotExist();
    hub.next("tokenizer.json", TestingHub::corrupt);
    Files.delete(ModelPull.partial(target).resolve("tokenizer.json"));
    assertThatThrownBy(this::pull)
        .hasMessageMatching(
            "Cannot pull tokenizer.json of owner/model: it must have Git SHA-1 \\w{40}, got Git SHA-1 \\w{40}");

    assertPulled(pull());
  }

  @Test
  void aDiskThatIsTooSmallIsSaidBefore() {
    hub.list(SHARD, 1L << 60, "a".repeat(64));
    assertThatThrownBy(this::pull)
        .isInstanceOf(CommandException.class)
        .hasMessageMatching(
            "Cannot pull owner/model: \\S+model.partial must have 1152921.5 TB free, and has .+B");
    assertThat(hub.requests()).noneMatch(request -> request.host().equals("storage"));
  }

  @Test
  void aDiskThatBecomesFullIsSaid() throws IOException, InterruptedException {
    Path partial = Files.createDirectories(ModelPull.partial(target));
    Path full = Files.createSymbolicLink(partial.resolve(SHARD + ".part"), Path.of("/dev/full"));
    assertThatThrownBy(this::pull)
        .isInstanceOf(CommandException.class)
        .hasMessage("Cannot write %s: No space left on device", full);
    assertThat(target).doesNotExist();
    assertThat(storageRanges()).as("not tried again").hasSize(1);
    Files.delete(full);

    assertPulled(pull());
  }

  @Test
  void weightsOfOtherFormsAreNotPulled() throws IOException {
    try (TestingHub other = new TestingHub()) {
      other.add("config.json", new byte[1]);
      other.add("tokenizer.json", new byte[1]);
      other.add("model.ckpt", new byte[1]);
      assertThatThrownBy(() -> pull(other))
          .isInstanceOf(CommandException.class)
          .hasMessage(
              "Cannot pull owner/model: it must have its weights in model.safetensors or"
                  + " pytorch_model.bin, or in the shards of an index; not pulled: model.ckpt");
      assertThat(other.requests()).noneMatch(request -> request.path().contains("resolve"));
    }
  }

  @ParameterizedTest
  @CsvSource({"../config.json", "pytorch_model.bin", "sub/model.safetensors", ".safetensors"})
  void anIndexNamesShardsBesideItOnly(String name) {
    hub.add(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"shared.weight\": \"%s\"}}"
            .formatted(name)
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .hasMessage(
            "Cannot pull owner/model: a shard in model.safetensors.index.json must be a"
                + " safetensors file beside it, got %s",
            name);
  }

  @Test
  void whatIsNoT5IsRefusedBeforeItsWeights() {
    hub.add("config.json", "{\"model_type\": \"bert\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull).isInstanceOf(CheckpointException.class);
    assertThat(hub.requests()).noneMatch(request -> request.path().endsWith(".safetensors"));
  }

  @Test
  void weightsThatAreNoneAreNotPublished() {
    hub.add(SHARD, "{\"a\": 1, \"b\": 2}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::pull)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is no safetensors file");
    assertThat(target).doesNotExist();
  }

  @Test
  void whatIsThereIsNotPulledAgain() throws IOException, InterruptedException {
    PullReceipt first = pull();
    int asked = hub.requests().size();

    assertThat(pull()).isEqualTo(first);
    assertThat(hub.requests()).as("one question: which commit it is").hasSize(asked + 1);

    hub.close();
    HubModel pinned = new HubModel(MODEL, COMMIT);
    assertThat(modelPull(hub).pull(pinned, target)).isEqualTo(first);
  }

  @Test
  void anotherModelIsNotOverwritten() throws IOException, InterruptedException {
    Files.createDirectory(target);
    Path notes = Files.writeString(target.resolve("notes.txt"), "mine");
    assertThatThrownBy(this::pull)
        .hasMessage(
            "Cannot pull owner/model: %s must be empty or not there, and holds something else",
            target);
    Files.delete(notes);
    pull();
    Files.delete(target.resolve(SHARD));
    assertThatThrownBy(this::pull).hasMessageContaining("holds something else");
  }

  @Test
  void onePullAtATime() throws ExecutionException, IOException, InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    hub.next(
        "tokenizer.json",
        (exchange, content) -> {
          begun.countDown();
          try {
            released.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          TestingHub.whole(exchange, content);
        });
    CompletableFuture<PullReceipt> first = CompletableFuture.supplyAsync(this::pullUnchecked);
    begun.await();

    assertThatThrownBy(this::pull)
        .hasMessage(
            "Cannot pull owner/model: another process is pulling into %s",
            ModelPull.partial(target));
    released.countDown();

    assertPulled(first.get());
  }
}
