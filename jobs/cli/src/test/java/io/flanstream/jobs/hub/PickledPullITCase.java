package io.flanstream.jobs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.pickle.PickleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose weights are pickled, as google/flan-ul2 has them on main. */
@Timeout(300)
class PickledPullITCase {
  private static final String MODEL = "google/flan-ul2";
  private static final Path GOLDEN =
      Path.of(
          System.getProperty("flanstream.root"),
          "model-operator/runtime/src/test/resources/golden/pickled");
  private static final Path FLAN_UL2 = GOLDEN.resolve("flan-ul2");
  private static final String SHARD = "pytorch_model-00003-of-00008.bin";

  @TempDir private Path temporary;
  private TestingHub hub;
  private Path target;

  @BeforeEach
  void startHub() throws IOException {
    hub = TestingHub.of(FLAN_UL2, MODEL);
    target = temporary.resolve("flan-ul2");
  }

  @AfterEach
  void stopHub() {
    hub.close();
  }

  @Test
  void pickledWeightsAreConverted() throws IOException, InterruptedException {
    TestingListener listener = new TestingListener();
    PullReceipt receipt = pull("main", false, listener);

    assertThat(PullTestBase.names(temporary)).containsExactly("flan-ul2");
    List<String> names = PullTestBase.names(target);
    assertThat(names)
        .hasSize(12)
        .contains("config.json", "tokenizer.json", "model.safetensors.index.json", PullReceipt.FILE)
        .contains("model-00001-of-00008.safetensors", "model-00008-of-00008.safetensors")
        .noneMatch(name -> name.contains("pytorch_model") || name.contains("convert"));
    assertThat(Checkpoint.open(target).tensors()).hasSizeGreaterThan(739);
    assertThat(listener.there()).as("every byte is counted").isEqualTo(listener.missing());

    assertThat(receipt.conversion().pickled()).hasSize(9);
    assertThat(receipt.conversion().pickled()).contains(hub.file(SHARD));
    assertThat(receipt.conversion().kept()).isFalse();
    assertThat(receipt.revision()).isEqualTo("main");
    for (HubFile file : receipt.files()) {
      byte[] bytes = Files.readAllBytes(target.resolve(file.name()));
      if (file.name().startsWith("model")) {
        assertThat(file.checksum().hex()).isEqualTo(TestingHub.sha256(bytes));
      }
      assertThat(file.size()).isEqualTo(bytes.length);
    }
    assertThat(PullReceipt.read(target)).contains(receipt);
    int asked = hub.requests().size();
    assertThat(pull("main", false, listener)).as("it is there").isEqualTo(receipt);
    assertThat(hub.requests()).hasSize(asked + 1);
  }

  @Test
  void originalsAreKeptWhereTheyAreWanted() throws IOException, InterruptedException {
    PullReceipt receipt = pull("main", true, new TestingListener());
    assertThat(receipt.conversion().kept()).isTrue();
    assertThat(target.resolve(SHARD)).hasSameBinaryContentAs(FLAN_UL2.resolve(SHARD));
    assertThat(PullTestBase.names(target)).hasSize(21);
    assertThat(Checkpoint.open(target).tensors()).hasSizeGreaterThan(739);
  }

  @Test
  void aWrongChecksumIsRefusedBeforeAnythingIsRead() {
    hub.next(SHARD, TestingHub::corrupt);
    assertThatThrownBy(() -> pull("main", false, new TestingListener()))
        .isInstanceOf(CommandException.class)
        .hasMessageMatching(
            "Cannot pull " + SHARD + " of google/flan-ul2: it must have SHA-256 .{64}, got .*");
    assertThat(PullTestBase.names(ModelPull.partial(target)))
        .noneMatch(name -> name.contains("safetensors"));
  }

  @Test
  void aPickleThatWouldRunCodeIsRefused() throws IOException {
    hub.add(SHARD, Files.readAllBytes(GOLDEN.resolve("refused/os-system.bin")));
    assertThatThrownBy(() -> pull("main", false, new TestingListener()))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining(SHARD)
        .hasMessageEndingWith("got posix.system");
    assertThat(target).doesNotExist();
    assertThat(PullTestBase.names(ModelPull.partial(target)))
        .noneMatch(name -> name.contains("safetensors"));
    assertThat(Path.of("ran-code")).doesNotExist();
  }

  /** Such as refs/pr/24, and a commit that has an index and no shards. */
  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model-0000%s-of-00008.bin", "model-0000%s-of-00008.safetensors"})
  void shardsThatAreNotListedAreSaidBeforeAnyWeights(String form) throws IOException {
    if (form.startsWith("model")) {
      String index = Files.readString(FLAN_UL2.resolve("pytorch_model.bin.index.json"));
      String name = "model.safetensors.index.json";
      hub.add(
          name,
          index
              .replace("pytorch_model", "model")
              .replace(".bin", ".safetensors")
              .getBytes(StandardCharsets.UTF_8));
      for (int i = 1; i <= 8; i++) {
        hub.add(form.formatted(i), new byte[8]);
      }
    }
    hub.remove(form.formatted(3));
    hub.remove(form.formatted(8));
    assertThatThrownBy(() -> pull("main", false, new TestingListener()))
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "Cannot pull google/flan-ul2 at main: it must have the shards that %s names, and has no"
                + " %s, %s",
            form.startsWith("model")
                ? "model.safetensors.index.json"
                : "pytorch_model.bin.index.json",
            form.formatted(3),
            form.formatted(8));
    assertThat(hub.requests()).noneMatch(request -> request.host().equals("storage"));
    assertThat(hub.requestsFor(SHARD)).isEmpty();
  }

  @Test
  void aModelWithoutTokenizerIsSaidBefore() {
    hub.remove("tokenizer.json");
    assertThatThrownBy(() -> pull("main", false, new TestingListener()))
        .hasMessage(
            "Cannot pull google/flan-ul2: it must have tokenizer.json or spiece.model, which it has"
                + " not");
    hub.add(
        "tokenizer_config.json",
        "{\"tokenizer_class\": \"T5Tokenizer\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> pull("main", false, new TestingListener()))
        .hasMessageEndingWith("it must have tokenizer.json or spiece.model, which it has not");
    assertThat(hub.requests()).noneMatch(request -> request.host().equals("storage"));
  }

  @Test
  void whoseAPullRequestIsIsSaid() throws IOException, InterruptedException {
    hub.next(
        "discussion",
        TestingHub.json(
            "{\"author\": {\"name\": \"some\\u001bbody\"}, \"title\": \"Adding safetensors\","
                + " \"status\": \"open\", \"isPullRequest\": true}"));
    PullReceipt receipt = pull("refs/pr/24", false, new TestingListener());
    assertThat(receipt.pullRequest())
        .isEqualTo(new PullReceipt.PullRequest(24, "some body", "Adding safetensors", "open"));
    assertThat(receipt.revision()).isEqualTo("refs/pr/24");
    assertThat(hub.requestsFor("24"))
        .extracting(TestingHub.Request::path)
        .contains("/api/models/google/flan-ul2/discussions/24");
    assertThat(PullReceipt.read(target)).contains(receipt);
  }

  @Test
  void aHubThatDoesNotSayWhoseIsNoFailure() throws IOException, InterruptedException {
    PullReceipt receipt = pull("refs/pr/24", false, new TestingListener());
    assertThat(receipt.pullRequest()).isEqualTo(new PullReceipt.PullRequest(24, "", "", ""));
  }

  @Test
  void aConversionThatEndedGoesOn() throws IOException, InterruptedException {
    assertThatThrownBy(
            () -> pull("main", false, new EndsInConversion(fileBytes(FLAN_UL2) + 60_000)))
        .hasMessage("ended");
    Path partial = ModelPull.partial(target);
    Path first = partial.resolve("model-00001-of-00008.safetensors");
    assertThat(first).exists();
    Object key = Files.readAttributes(first, "fileKey").get("fileKey");

    pull("main", false, new TestingListener());

    assertThat(Files.readAttributes(target.resolve(first.getFileName()), "fileKey"))
        .as("not written again")
        .containsEntry("fileKey", key);
    assertThat(hub.requestsFor(SHARD)).as("not pulled again").hasSize(2);
    assertThat(Checkpoint.open(target).tensors()).hasSizeGreaterThan(739);
  }

  @Test
  void whatAnotherCommitHadAsSafetensorsIsNotTaken() throws IOException, InterruptedException {
    Path partial = Files.createDirectories(ModelPull.partial(target));
    Files.write(partial.resolve("model.safetensors"), new byte[100]);
    pull("main", false, new TestingListener());
    assertThat(target.resolve("model.safetensors")).doesNotExist();
    assertThat(Checkpoint.open(target).tensors()).hasSizeGreaterThan(739);
  }

  @Test
  void aReceiptOfBeforeIsStillRead() throws IOException, InterruptedException {
    pull("main", false, new TestingListener());
    Path file = target.resolve(PullReceipt.FILE);
    String old =
        Files.readString(file)
            .replaceAll("(?s),\\s*\"pullRequest\".*", "}")
            .replaceAll("\\s*\"revision\" : \"main\",", "");
    assertThat(old).doesNotContain("revision", "conversion");
    Files.writeString(file, old);
    assertThat(pull("main", false, new TestingListener()).revision()).isEmpty();
  }

  private static long fileBytes(Path directory) throws IOException {
    long bytes = 0;
    for (String name : PullTestBase.names(directory)) {
      bytes += name.equals("expected.json") ? 0 : Files.size(directory.resolve(name));
    }
    return bytes;
  }

  private PullReceipt pull(String revision, boolean keepOriginals, PullListener listener)
      throws IOException, InterruptedException {
    PullSettings settings =
        new PullSettings(
            3, PullTestBase.SETTINGS.patience(), PullTestBase.SETTINGS.retries(), keepOriginals);
    HubEndpoint endpoint = HubEndpoint.of(hub.address(), Optional.empty());
    return new ModelPull(endpoint, settings, listener).pull(new HubModel(MODEL, revision), target);
  }

  /** Fails when more than so many bytes were received. */
  private static final class EndsInConversion implements PullListener {
    private long left;

    EndsInConversion(long bytes) {
      this.left = bytes;
    }

    @Override
    public void expected(long bytes) {}

    @Override
    public void kept(long bytes) {}

    @Override
    public synchronized void received(long bytes) {
      left -= bytes;
      if (left < 0) {
        throw new IllegalStateException("ended");
      }
    }

    @Override
    public void dropped(long bytes) {}
  }
}
