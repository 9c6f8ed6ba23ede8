package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How the model is asked, under {@code job.*}, holds in SQL as it does for the job. */
@Timeout(600)
class SqlClientOptionsITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final String PREDICT =
      "SELECT label, error_code FROM ML_PREDICT(TABLE words, MODEL intent, DESCRIPTOR(x))";
  private static final String CLASSIFY =
      "SELECT AI_CLASSIFY(x, ARRAY['card_arrival', 'change_pin'])[1].label FROM words";

  /** Takes the model many milliseconds. */
  private static final String TEXT = "my card has not arrived ".repeat(40);

  /** Sooner than any answer comes. */
  private static final Map<String, String> AT_ONCE = Map.of("job.answer-timeout", "1 ms");

  @TempDir private Path directory;

  @Test
  void whatIsLateIsTheRowsFailure() {
    assertThat(predicted(AT_ONCE, TEXT)).containsExactly(Row.of(null, "TIMEOUT"));
  }

  /**
   * What comes at once comes from the cache, be it in the thousandth try on a machine that is busy
   * otherwise.
   */
  @Test
  void resultsComeFromTheCacheInModelsAndInFunctions() {
    Map<String, String> cached =
        Map.of("job.result-cache.directory", directory.resolve("cache").toString());
    Map<String, String> atOnce =
        Map.of(
            "job.result-cache.directory",
            directory.resolve("cache").toString(),
            "job.answer-timeout",
            "1 ms",
            "job.answer-attempts",
            "100000");
    List<Row> predicted = predicted(cached, TEXT);
    List<Row> classified = classified(cached, TEXT);
    assertThat(predicted.get(0).getField(0)).isNotNull();
    assertThat(classified.get(0).getField(0)).isNotNull();

    assertThat(predicted(atOnce, TEXT)).isEqualTo(predicted);
    assertThat(classified(atOnce, TEXT)).isEqualTo(classified);
    assertThat(predicted(AT_ONCE, TEXT)).isNotEqualTo(predicted);
  }

  @Test
  void whatCrashedAProcessAloneIsNotTriedAgain() throws IOException {
    Path journal = Files.createDirectory(directory.resolve("journal"));
    Map<String, String> noted = Map.of("job.crash-journal.directory", journal.toString());
    CompletableFuture<List<Row>> answers =
        CompletableFuture.supplyAsync(() -> predicted(noted, TEXT));
    byte[] inFlight = null;
    while (inFlight == null && !answers.isDone()) {
      inFlight = inFlight(journal).orElse(null);
    }
    assertThat(inFlight).as("what is noted while it is asked").isNotNull();
    assertThat(answers.join().get(0).getField(1)).isNull();

    // As two processes leave them that crashed, the second while nothing else was in flight.
    Files.write(journal.resolve("1-dead.journal"), inFlight);
    inFlight[0] = 2;
    Files.write(journal.resolve("2-dead.journal"), inFlight);
    assertThat(predicted(noted, TEXT)).containsExactly(Row.of(null, "CRASHED"));
  }

  @Test
  void aShareMustBeOne() {
    assertThatThrownBy(() -> predicted(Map.of("job.share.weight", "-1"), "word"))
        .hasStackTraceContaining("job.share.weight must be above 0 and finite, got -1.0");
    assertThat(
            predicted(
                    Map.of("job.share.weight", "2.5", "job.share.priority", "-1"),
                    "my card has not arrived")
                .get(0)
                .getField(0))
        .isNotNull();
  }

  /** The first slot of a journal, where something is in it. */
  private static Optional<byte[]> inFlight(Path journal) throws IOException {
    try (Stream<Path> files = Files.list(journal)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".journal")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 3 && bytes[0] == 1) {
          int length = ByteBuffer.wrap(bytes).getShort(1);
          assertThat(new String(bytes, 3, length, StandardCharsets.UTF_8)).startsWith("sql ");
          return Optional.of(bytes);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Row> predicted(Map<String, String> options, String text) {
    TableEnvironment tables = environment(options, text);
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING, error_code STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'classification',
          'model-linger' = '0 s', 'error-mode' = 'null',
          'labels' = 'card_arrival, change_pin, exchange_rate')
        """
            .formatted(TestingSql.MODEL));
    return TestingSql.rows(tables, PREDICT);
  }

  private static List<Row> classified(Map<String, String> options, String text) {
    TableEnvironment tables = environment(options, text);
    tables.executeSql("LOAD MODULE flanstream");
    tables.getConfig().set("model.path", TestingSql.MODEL.toString());
    return TestingSql.rows(tables, CLASSIFY);
  }

  private static TableEnvironment environment(Map<String, String> options, String text) {
    TableEnvironment tables = TestingSql.environment("streaming", SERVERS.flink());
    options.forEach(tables.getConfig()::set);
    tables.createTemporaryView(
        "words", tables.sqlQuery("SELECT '%s' AS x".formatted(text.strip())));
    return tables;
  }
}
