package io.flanstream.jobs.hub;

import static io.flanstream.jobs.hub.TestingHub.COMMIT;
import static io.flanstream.jobs.hub.TestingHub.MODEL;
import static io.flanstream.jobs.hub.TestingHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hub, a storage host and a network that do not do what they should. */
@Timeout(300)
class HubTroubleITCase extends PullTestBase {
  @Test
  void theTokenGoesToTheHubAndToNoOtherHost() throws IOException, InterruptedException {
    new ModelPull(
            HubEndpoint.of(hub.address() + "/", Optional.of(" hf_secret\n")), SETTINGS, listener())
        .pull(new HubModel(MODEL, "main"), target);

    assertThat(hub.requests())
        .extracting(TestingHub.Request::host, TestingHub.Request::authorization)
        .contains(tuple("hub", "Bearer hf_secret"), tuple("storage", null))
        .doesNotContain(tuple("hub", null), tuple("storage", "Bearer hf_secret"));
  }

  @Test
  void aCutFileGoesOnWhereItWasCut() throws IOException, InterruptedException {
    hub.next(SHARD, cutOnceWritten(70_000), cutOnceWritten(1));

    assertPulled(pull());

    assertThat(storageRanges()).containsExactly(null, "bytes=70000-", "bytes=70001-");
  }

  @Test
  void aServerWithoutRangesSendsItAllAgain() throws IOException, InterruptedException {
    hub.next(SHARD, cutOnceWritten(70_000), TestingHub.fromStart(Integer.MAX_VALUE));

    assertPulled(pull());

    assertThat(storageRanges()).containsExactly(null, "bytes=70000-");
  }

  @Test
  void aRangeThatTheServerDoesNotHaveIsNotUsed() throws IOException, InterruptedException {
    hub.next(SHARD, cutOnceWritten(70_000), status(416));
    assertPulled(pull());
    assertThat(storageRanges()).containsExactly(null, "bytes=70000-", null);
  }

  @Test
  void piecesOfAnotherFileArePulledWhole() throws IOException, InterruptedException {
    hub.next(
        SHARD,
        (exchange, content) -> cutOnceWritten(60_000).give(exchange, new byte[content.length]));

    assertPulled(pull());

    assertThat(storageRanges()).containsExactly(null, "bytes=60000-", null);
  }

  @Test
  void anotherFileThanListedIsRefusedBeforeItComes() {
    String listed = "a".repeat(64);
    HubFile offered = hub.file(SHARD);
    hub.list(SHARD, offered.size(), offered.checksum().hex());
    FilePull pull =
        new FilePull(http(), SETTINGS.retries(), listener(), new HubModel(MODEL, "main"), COMMIT);
    HubFile file = new HubFile(SHARD, offered.size(), new Checksum(Checksum.Kind.SHA256, listed));

    assertThatThrownBy(() -> pull.pull(temporary, file))
        .hasMessage(
            "Cannot pull %s of owner/model: it must have SHA-256 %s, the hub offers %s",
            SHARD, listed, offered.checksum());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | RepoNotFound | Repository not found | answered 401 (Repository not found); HF_TOKEN must hold a token that may read it",
        "403 | GatedRepo | | answered 403 (GatedRepo); its owner must grant access, which is asked for on the model's page",
        "403 | | | answered 403; the token in HF_TOKEN must be allowed to read it",
        "404 | RevisionNotFound | Invalid rev id: main | answered 404 (Invalid rev id: main)"
      })
  void whatTheHubRefusesIsSaid(int status, String code, String message, String said) {
    hub.next(
        "revision",
        status(
            status,
            "X-Error-Code",
            code == null ? "" : code,
            "X-Error-Message",
            message == null ? "" : message));
    assertThatThrownBy(this::pull)
        .isInstanceOf(CommandException.class)
        .hasMessage(
            "Cannot pull owner/model at main: %s/api/models/owner/model/revision/main %s",
            hub.address(), said);
    assertThat(names(temporary)).isEmpty();
    assertThat(hub.requests()).hasSize(1);
  }

  @Test
  void aBusyHubIsAskedAgainWhenItSays() throws IOException, InterruptedException {
    String then =
        ZonedDateTime.now(ZoneOffset.UTC)
            .plusSeconds(2)
            .format(DateTimeFormatter.RFC_1123_DATE_TIME);
    hub.next("revision", status(429, "Retry-After", "1"));
    hub.next(SHARD, status(503, "Retry-After", then), status(500));

    assertPulled(pull());

    List<TestingHub.Request> revision = hub.requestsFor("main");
    assertThat(revision).hasSize(2);
    assertThat(Duration.ofNanos(revision.get(1).nanos() - revision.get(0).nanos()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(storageRanges()).hasSize(3);
  }

  @Test
  void aHubThatStaysBusyIsGivenUp() {
    hub.next("revision", status(503), status(503), status(503));
    assertThatThrownBy(this::pull)
        .hasMessageMatching("Cannot pull owner/model at main: http://\\S+/main answered 503");
    hub.next("revision", status(429, "Retry-After", "3600"));
    assertThatThrownBy(this::pull).hasMessageEndingWith("answered 429");
    assertThat(hub.requests()).hasSize(4);
  }

  @Test
  void aStaleAddressIsAskedForAnew() throws IOException, InterruptedException {
    hub.next(SHARD, cutOnceWritten(10), status(403));
    assertPulled(pull());
  }

  @Test
  void aSilentServerIsLeft() throws IOException, InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    hub.next(
        SHARD,
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 1000);
          exchange.getResponseBody().flush();
          answered.countDown();
        });

    // Patient with a slow machine otherwise: only the silence may end a request.
    RetryPolicy often = new RetryPolicy(20, Duration.ofMillis(1), Duration.ofSeconds(5));
    assertPulled(pull(new PullSettings(3, Duration.ofSeconds(1), often, false)));

    assertThat(answered.getCount()).isZero();
    assertThat(storageRanges()).contains("bytes=1000-");
  }

  @Test
  void redirectsEnd() {
    String again = hub.address() + "/api/models/" + MODEL + "/revision/main";
    for (int i = 0; i < 20; i++) {
      hub.next("revision", status(307, "Location", again));
    }
    assertThatThrownBy(this::pull)
        .hasMessage("Cannot pull from %s: it must answer within 10 redirects", again);
    assertThat(hub.requests()).hasSize(11);
  }

  @Test
  void redirectsGoToTheWebOnly() {
    hub.next("revision", status(302, "Location", "file:///etc/passwd"));
    assertThatThrownBy(this::pull)
        .hasMessageContaining("it must redirect to http or https, got file:");
  }

  @Test
  void aHubThatIsNotThereIsSaidAtOnce() {
    hub.close();
    assertThatThrownBy(this::pull)
        .hasMessage("Cannot pull owner/model at main: no connection to %s", hub.address());
  }
}
