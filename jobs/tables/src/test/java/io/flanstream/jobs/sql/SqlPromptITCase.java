package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The prompt at a terminal of its own, typed at as a person would. */
@Timeout(600)
class SqlPromptITCase {
  private static final char CTRL_D = 4;

  @TempDir Path directory;

  private final Screen screen = new Screen();
  private PipedOutputStream keyboard;
  private EmbeddedFlink flink;
  private Path history;
  private Path pages;
  private CompletableFuture<Void> prompt;
  private volatile Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    Configuration settings = new Configuration();
    settings.set(MetricOptions.METRIC_FETCHER_UPDATE_INTERVAL, Duration.ofMillis(100));
    settings.set(
        ResourceManagerOptions.STANDALONE_CLUSTER_STARTUP_PERIOD_TIME, Duration.ofMillis(1));
    history = directory.resolve("state").resolve("history");
    pages = directory.resolve("pages");
    flink = EmbeddedFlink.start(1, settings);
    keyboard = new PipedOutputStream();
    PipedInputStream typed = new PipedInputStream(keyboard, 1 << 16);
    prompt = CompletableFuture.runAsync(() -> serve(typed));
    screen.await("sql> ");
  }

  @AfterEach
  void stop() throws IOException {
    keyboard.close();
    flink.close();
  }

  @Test
  void statementTakesLinesUntilItsSemicolon()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    type("SELECT 6 * 7\n");
    screen.await("... ");
    type("AS answer;\n");
    screen.await("answer");
    screen.await("42");
    type("quit\n");
    prompt.get(300, TimeUnit.SECONDS);
    assertThat(Files.readString(history)).contains("SELECT 6 * 7").contains("AS answer;");
  }

  @Test
  void faultIsToldAndThePromptGoesOn()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    type("SELEKT 1;\n");
    screen.await("SELEKT");
    screen.await("sql> ");
    type("SHOW TABLES;\n");
    screen.await("dead_letters");
    screen.await("sql> ");
    type("\\pager\n");
    screen.await("sql> ");
    type("\\d\n");
    screen.await(Pattern.compile("snapshot +answers +view +id, event_time"));
    screen.await(Pattern.compile("live +enriched +table"));
    screen.await("sql> ");
    type("\\d enriched\n");
    screen.await(Pattern.compile("attributes +MAP<"));
    screen.await(Pattern.compile("classifications +ARRAY<ROW> NOT NULL"));
    screen.await(Pattern.compile("classifications\\[1\\]\\.label +STRING"));
    screen.await(Pattern.compile("extractions\\[1\\]\\.fields\\[1\\]\\.`value` +STRING"));
    screen.await("sql> ");
    type("\\d enrihced\n");
    screen.await("did you mean enriched?");
    screen.await("sql> ");
    type("DROP VIEW answers;\n");
    screen.await("Cannot drop snapshot.answers: it belongs to the pipeline");
    screen.await("sql> ");
    type("\\c live\n");
    screen.await("sql> ");
    type("\\c\n");
    screen.await("live");
    screen.await("sql> ");
    type("\\?\n");
    screen.await("Ctrl-C stops a query");
    type(String.valueOf(CTRL_D));
    prompt.get(300, TimeUnit.SECONDS);
  }

  @Test
  void ctrlCStopsTheQueryAndNotThePrompt()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    type(
        "CREATE TEMPORARY TABLE slow (i BIGINT) WITH ('connector' = 'datagen',"
            + " 'rows-per-second' = '1', 'number-of-rows' = '100000');\n");
    screen.await("sql> ");
    type("SELECT COUNT(*) FROM slow;\n");
    while (!isRunning()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    screen.await(Pattern.compile("\\d s   [1-9]\\d* records read"));
    // What a terminal's driver makes of Ctrl-C.
    terminal.raise(Terminal.Signal.INT);
    screen.await("Stopped.");
    // It waits for the one slot of this Flink, which refuses what it cannot run at once.
    type("SELECT 'still ' || 'here' AS answer;\n");
    screen.await("still here");
    type("quit\n");
    prompt.get(300, TimeUnit.SECONDS);
  }

  @Test
  void longResultsAreShownAPageAtATime()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    type(
        "CREATE TEMPORARY TABLE numbers (i BIGINT) WITH ('connector' = 'datagen',"
            + " 'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '100000',"
            + " 'number-of-rows' = '100000', 'rows-per-second' = '1000000');\n");
    screen.await("sql> ");
    type("SELECT * FROM numbers WHERE i <= 3;\n");
    screen.await("3 rows");
    assertThat(pages).doesNotExist();
    // Its reader leaves after 40 lines, and the query ends without a word.
    type("SELECT * FROM numbers;\n");
    screen.await("sql> ");
    type("\\pager\n");
    screen.await("Long results are shown as they come.");
    screen.await("sql> ");
    assertThat(Files.readAllLines(pages)).hasSize(40).last().asString().contains("38");
    type("SELECT * FROM numbers WHERE i <= 50;\n");
    screen.await("50 rows");
    type("quit\n");
    prompt.get(300, TimeUnit.SECONDS);
    assertThat(screen.shown()).doesNotContain("Stopped.");
  }

  @Test
  void rowsThatReplaceOthersTakeTheirPlaces()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    type("SET 'execution.runtime-mode' = 'streaming';\n");
    screen.await("sql> ");
    type(
        "CREATE TEMPORARY TABLE slow (i BIGINT) WITH ('connector' = 'datagen',"
            + " 'rows-per-second' = '12', 'number-of-rows' = '24');\n");
    screen.await("sql> ");
    type("SELECT 'all' AS k, COUNT(*) AS n FROM slow;\n");
    screen.await(Pattern.compile("k +n"));
    // Up over the table that it was, which is drawn again.
    screen.await("\033[4F\033[J");
    screen.await(Pattern.compile("all +24\\s+1 row, 47 changes"));
    type("SET 'sql-client.execution.result-mode' = 'changelog';\n");
    screen.await("sql> ");
    type("SELECT 'all' AS k, COUNT(*) AS n FROM slow;\n");
    screen.await("-U");
    screen.await("47 rows");
    type("quit\n");
    prompt.get(300, TimeUnit.SECONDS);
  }

  private void serve(PipedInputStream typed) {
    SqlSession session =
        SqlSession.open(
            PipelineFile.parse(
                """
                name: prompt
                kafka: { bootstrap-servers: "localhost:1" }
                source: { topic: messages }
                model: { path: nowhere }
                tasks: [ { name: intent, type: classification, labels: [a, b] } ]
                sink: { topic: enriched }
                dead-letters: { topic: dead-letters }
                """,
                "prompt.yaml",
                directory),
            flink.client());
    try (Terminal opened =
        new ExternalTerminal("test", "xterm", typed, screen, StandardCharsets.UTF_8)) {
      terminal = opened;
      opened.setSize(new Size(80, 24));
      new SqlPrompt(session, ResultFormat.TABLE, Optional.of("head -n 40 >" + pages))
          .run(opened, history);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean isRunning() throws IOException, InterruptedException {
    HttpRequest jobs = HttpRequest.newBuilder(flink.webPage().resolve("/jobs")).build();
    return HttpClient.newHttpClient()
        .send(jobs, HttpResponse.BodyHandlers.ofString())
        .body()
        .contains("\"RUNNING\"");
  }

  private void type(String text) throws IOException {
    keyboard.write(text.getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
  }

  /** What the terminal shows; each text is waited for after the last one found. */
  private static final class Screen extends OutputStream {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private int seen;

    @Override
    public synchronized void write(int b) {
      shown.write(b);
      notifyAll();
    }

    synchronized String shown() {
      return shown.toString(StandardCharsets.UTF_8);
    }

    void await(String text) {
      await(Pattern.compile(Pattern.quote(text)));
    }

    synchronized void await(Pattern text) {
      long deadline = System.nanoTime() + PATIENCE;
      while (true) {
        String all = shown.toString(StandardCharsets.UTF_8);
        Matcher matcher = text.matcher(all);
        if (matcher.find(seen)) {
          seen = matcher.end();
          return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        assertThat(left).as("time for \"%s\" after: %s", text, all).isPositive();
        try {
          wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
