package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run is ended at random moments, by Ctrl-C, SIGTERM and kill -9, and started again by the same
 * command: every record comes out once.
 *
 * <p>{@code -Dflanstream.stops=200 -Dflanstream.stops.records=200000} makes it long; {@code
 * -Dflanstream.stops.model=deploy/models/flan-mini} has another model; {@code
 * -Dflanstream.stops.seed} other moments. The broker is killed at every twentieth stop, and at the
 * last.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class StopsITCase {
  private static final int STOPS = Integer.getInteger("flanstream.stops", 5);
  private static final int RECORDS = Integer.getInteger("flanstream.stops.records", 1000);
  private static final long SEED = Long.getLong("flanstream.stops.seed", 20261128);
  private static final String MODEL = System.getProperty("flanstream.stops.model", "");
  private static final int LONGEST_MILLIS = 3000;
  private static final int PARTITIONS = 3;

  private final Random random = new Random(SEED);

  @TempDir private Path directory;

  @Test
  void everyRecordOnce() throws ExecutionException, IOException, InterruptedException {
    try (TestingBroker broker = new TestingBroker(directory)) {
      TestingTopics topics = new TestingTopics(broker.bootstrapServers());
      topics.create(PARTITIONS, "in", "out", "dead");
      List<String> sent = new ArrayList<>();
      for (int stop = 0; stop < STOPS; stop++) {
        write(topics, sent, RECORDS / STOPS);
        String pipeline = pipeline(broker, "parallelism: " + (1 + random.nextInt(2)));
        stop(pipeline, stop);
        if (stop % 20 == 19 || stop == STOPS - 1) {
          broker.killAndRestart();
        }
      }
      try (TestingRun last = run(pipeline(broker, "parallelism: 2"), "--bounded")) {
        // Runs that are stopped after a moment leave most of the records to the last.
        assertThat(last.await(300L + RECORDS / 20)).as(last.said()).isZero();
      }
      List<String> answered = new ArrayList<>(topics.keys("out"));
      answered.addAll(topics.keys("dead"));
      assertThat(answered).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  private void stop(String pipeline, int number) throws IOException, InterruptedException {
    String signal = List.of("INT", "TERM", "KILL").get(random.nextInt(3));
    int millis = random.nextInt(LONGEST_MILLIS);
    String[] options = random.nextInt(5) == 0 ? new String[] {"--bounded"} : new String[0];
    try (TestingRun run = run(pipeline, options)) {
      if (run.awaitSaid("Web page")) {
        TimeUnit.MILLISECONDS.sleep(millis);
        run.signal(signal);
      }
      int code = run.await();
      System.out.printf(
          Locale.ROOT,
          "stop %d: %s after %d ms%s, exit code %d%n%s%n",
          number,
          signal,
          millis,
          options.length == 0 ? "" : " bounded",
          code,
          run.said());
      if (!signal.equals("KILL")) {
        assertThat(code).as(run.said()).isZero();
      }
    }
  }

  private TestingRun run(String pipeline, String... options) throws IOException {
    return TestingRun.start(
        directory.resolve("runs"), directory.resolve("state"), pipeline, options);
  }

  private String pipeline(TestingBroker broker, String job) throws IOException {
    return MODEL.isEmpty()
        ? TestingPipelines.write(directory, broker.bootstrapServers(), "stopped", job)
        : TestingPipelines.write(
            directory,
            broker.bootstrapServers(),
            "stopped",
            TestingLauncher.ROOT.resolve(MODEL),
            job);
  }

  private static void write(TestingTopics topics, List<String> sent, int count)
      throws ExecutionException, InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "m" + sent.size();
      // Each tenth is malformed.
      String value =
          sent.size() % 10 == 9
              ? "{\"id\": \"" + id
              : String.format(
                  Locale.ROOT, "{\"id\": \"%s\", \"text\": \"card %d lost\"}", id, sent.size());
      records.add(
          new ProducerRecord<>(
              "in", sent.size() % PARTITIONS, id.getBytes(UTF_8), value.getBytes(UTF_8)));
      sent.add(id);
    }
    topics.write(records);
  }
}
