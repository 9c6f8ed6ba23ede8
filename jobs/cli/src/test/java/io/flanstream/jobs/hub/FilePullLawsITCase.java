package io.flanstream.jobs.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A file's bytes are the hub's, wherever it is cut. */
class FilePullLawsITCase {
  private static final RetryPolicy PATIENT =
      new RetryPolicy(100, Duration.ZERO, Duration.ofSeconds(1));
  private static final int MAX_SIZE = 600_000;

  /** One thing that goes wrong. */
  enum Trouble {
    CUT,
    CUT_FROM_START,
    FROM_START,
    BUSY,
    NOT_SATISFIABLE
  }

  @Property(tries = 60)
  void bytesAreEqualWhateverTheCuts(
      @ForAll @IntRange(max = MAX_SIZE) int size,
      @ForAll("troubles") List<Trouble> troubles,
      @ForAll boolean large,
      @ForAll Random random)
      throws IOException, InterruptedException {
    byte[] content = new byte[size];
    random.nextBytes(content);
    String name = large ? "model.safetensors" : "tokenizer.json";
    Path directory = Files.createTempDirectory("flanstream-pull-");
    TestingListener listener = new TestingListener();
    try (TestingHub hub = new TestingHub();
        HubHttp http =
            new HubHttp(HubEndpoint.of(hub.address(), Optional.empty()), Duration.ofSeconds(10))) {
      hub.add(name, content);
      int otherFileAt = random.nextInt(2 * troubles.size() + 1);
      for (int i = 0; i < troubles.size(); i++) {
        int bytes = random.nextInt(size + 1);
        hub.next(
            name, i == otherFileAt ? cutOfAnotherFile(bytes - 1) : answer(troubles.get(i), bytes));
      }
      FilePull pull =
          new FilePull(
              http, PATIENT, listener, new HubModel(TestingHub.MODEL, "main"), TestingHub.COMMIT);

      pull.pull(directory, hub.file(name));

      assertThat(Files.readAllBytes(directory.resolve(name))).isEqualTo(content);
      assertThat(listener.there()).as("what the progress has counted").isEqualTo(size);
    } finally {
      Files.deleteIfExists(directory.resolve(name));
      Files.deleteIfExists(directory.resolve(name + ".part"));
      Files.delete(directory);
    }
  }

  private static TestingHub.Answer cutOfAnotherFile(int bytes) {
    return (exchange, content) ->
        TestingHub.cutAfter(Math.max(0, bytes)).give(exchange, new byte[content.length]);
  }

  @Provide
  Arbitrary<List<Trouble>> troubles() {
    return Arbitraries.of(Trouble.class).list().ofMaxSize(8);
  }

  private static TestingHub.Answer answer(Trouble trouble, int bytes) {
    return switch (trouble) {
      case CUT -> TestingHub.cutAfter(bytes);
      case CUT_FROM_START -> TestingHub.fromStart(bytes);
      case FROM_START -> TestingHub.fromStart(Integer.MAX_VALUE);
      case BUSY -> TestingHub.status(503);
      case NOT_SATISFIABLE ->
          (exchange, content) -> {
            boolean ranged = exchange.getRequestHeaders().containsKey("Range");
            (ranged ? TestingHub.status(416) : TestingHub.cutAfter(bytes)).give(exchange, content);
          };
    };
  }
}
