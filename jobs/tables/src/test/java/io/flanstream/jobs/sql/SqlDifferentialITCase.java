package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random queries give what DuckDB gives over the same records: in batch and in streaming mode, over
 * topics of both formats that end and that do not, over the history, through the gateway and its
 * JDBC driver, and with conditions pushed down and not. {@code -Dflanstream.queries=5000} asks as
 * many, {@code -Dflanstream.seed} others, over other records.
 */
@Timeout(7200)
class SqlDifferentialITCase {
  private static final Logger LOG = LoggerFactory.getLogger(SqlDifferentialITCase.class);
  private static final int QUERIES = Integer.getInteger("flanstream.queries", 60);
  private static final long SEED = Long.getLong("flanstream.seed", 1);
  private static final int TOGETHER =
      Math.max(1, Math.min(40, QUERIES / TestingWay.values().length));

  /**
   * The planner's decorrelation of some sub-queries, and the inputs that many queries have
   * together: errors, and no wrong answers.
   */
  private static final Pattern UNPLANNED =
      Pattern.compile(
          ".*(Index: \\d+, Size: \\d+|unexpected correlate variable|Only up to \\d+ inputs).*");

  private static final String NAME = "differential";

  @TempDir private static Path directory;
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static Pipeline pipeline;
  private static Pipeline jsonPipeline;
  private static SqlServer server;
  private static TestingDuckDb topics;
  private static TestingDuckDb history;
  private static LocalDateTime first;
  private static final List<String> unplanned = new ArrayList<>();

  @BeforeAll
  static void fill() throws IOException, ExecutionException, InterruptedException, SQLException {
    SERVERS
        .kafka()
        .createTopics(
            1, "enriched-avro", "dead-letters-avro", "enriched-json", "dead-letters-json");
    pipeline = pipeline(NAME, "avro", "history: { path: \"%s\", keep-text: true }");
    jsonPipeline = pipeline(NAME + "-json", "json", "");
    Instant begun = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(2, ChronoUnit.HOURS);
    first = LocalDateTime.ofInstant(begun, ZoneOffset.UTC);
    Random random = new Random(SEED);
    List<String> events = new ArrayList<>();
    List<String> letters = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (int i = 0; i < 60; i++) {
        EnrichedEvent event = TestingEvents.event(random, i);
        Instant written = begun.plus(i, ChronoUnit.MINUTES);
        events.add(json(TestingResults.json(event), written));
        send(producer, "enriched-avro", TestingResults.bytes(event), written);
        send(producer, "enriched-json", TestingResults.json(event), written);
        if (i % 5 == 0) {
          DeadLetter letter = TestingEvents.letter(random, i);
          letters.add(json(TestingResults.json(letter), written));
          send(producer, "dead-letters-avro", TestingResults.bytes(letter), written);
          send(producer, "dead-letters-json", TestingResults.json(letter), written);
        }
      }
    }
    Path eventsFile = Files.write(directory.resolve("events.jsonl"), events);
    Path lettersFile = Files.write(directory.resolve("letters.jsonl"), letters);
    HistoryEnd end = HistoryEnd.of(pipeline);
    var unusedResult =
        HistoryJob.submit(pipeline, Optional.of(end), SERVERS.flink())
            .getJobExecutionResult()
            .get();
    topics = TestingDuckDb.ofTopics(eventsFile, lettersFile);
    history =
        TestingDuckDb.ofHistory(directory.resolve("lake").resolve("flanstream.db").resolve(NAME));
    server = SqlServer.start(pipeline, SERVERS.flink(), "127.0.0.1", "0");
  }

  @AfterAll
  static void stop() throws IOException, SQLException {
    server.close();
    topics.close();
    history.close();
  }

  @Test
  void queriesGiveWhatDuckDbGives() throws IOException, SQLException {
    List<String> differences = new ArrayList<>();
    for (int begin = 0; begin < QUERIES; begin += TOGETHER) {
      TestingWay way = TestingWay.values()[begin / TOGETHER % TestingWay.values().length];
      List<String> queries =
          LongStream.range(begin, begin + TOGETHER)
              .mapToObj(i -> TestingQueries.of(SEED * 1_000_000 + i, way.where(first)))
              .toList();
      TestingDuckDb duckDb = way.isHistory() ? history : topics;
      Map<Long, List<List<Object>>> right =
          TestingQueryBatch.grouped(
              duckDb.rows(
                  TestingQueryBatch.together(
                      queries.stream().map(TestingDuckDb::written).toList(), "VARCHAR")));
      Map<Long, List<List<Object>>> got;
      try {
        got = ask(way, queries, right);
      } catch (SqlException | SQLException e) {
        LOG.warn("{}, queries from {}", way, begin, e);
        differences.add("%s, queries from %s: %s".formatted(way, begin, e));
        continue;
      }
      for (long i = 0; i < TOGETHER; i++) {
        List<List<Object>> expected = right.getOrDefault(i, List.of());
        List<List<Object>> found = got.getOrDefault(i, List.of());
        if (!TestingQueryBatch.same(expected, found)) {
          String difference =
              "%s, query %s: %s%n  DuckDB %s%n  Flink  %s"
                  .formatted(way, begin + i, queries.get((int) i), expected, found);
          LOG.warn(difference);
          differences.add(difference);
        }
      }
      LOG.info(
          "{} queries, {} differences, {} not planned",
          begin + TOGETHER,
          differences.size(),
          unplanned.size());
    }
    Files.write(Path.of("target", "unplanned-queries-%s.txt".formatted(SEED)), unplanned);
    assertThat(differences).as(String.join("\n", differences)).isEmpty();
  }

  /** All at once; fewer where the planner cannot plan one of them, and says so. */
  private static Map<Long, List<List<Object>>> ask(
      TestingWay way, List<String> queries, Map<Long, List<List<Object>>> right)
      throws SQLException {
    try {
      return ask(way, TestingQueryBatch.together(queries, "STRING"), right);
    } catch (SqlException | SQLException e) {
      if (!UNPLANNED.matcher(e.getMessage()).matches()) {
        throw e;
      }
      if (queries.size() == 1) {
        unplanned.add("%s: %s".formatted(way, queries.get(0)));
        return right;
      }
    }
    int half = queries.size() / 2;
    Map<Long, List<List<Object>>> got = new TreeMap<>();
    got.putAll(ask(way, queries.subList(0, half), moved(right, 0, half)));
    Map<Long, List<List<Object>>> rest =
        ask(way, queries.subList(half, queries.size()), moved(right, half, queries.size()));
    rest.forEach((number, rows) -> got.put(number + half, rows));
    return got;
  }

  /** The rows of some of the queries, numbered from 0. */
  private static Map<Long, List<List<Object>>> moved(
      Map<Long, List<List<Object>>> rows, long from, long to) {
    Map<Long, List<List<Object>>> moved = new TreeMap<>();
    rows.forEach(
        (number, of) -> {
          if (number >= from && number < to) {
            moved.put(number - from, of);
          }
        });
    return moved;
  }

  private static Map<Long, List<List<Object>>> ask(
      TestingWay way, String query, Map<Long, List<List<Object>>> right) throws SQLException {
    if (way.isEndless() && right.isEmpty()) {
      // Nobody could say when nothing has come.
      return right;
    }
    if (way.isGateway()) {
      try (Connection connection = DriverManager.getConnection(way.url(server.address(), NAME));
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        List<List<Object>> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(
              Arrays.asList(
                  result.getObject(1),
                  result.getObject(2),
                  result.getObject(3),
                  result.getObject(4)));
        }
        return TestingQueryBatch.grouped(rows);
      }
    }
    SqlSession session = SqlSession.open(way.isJson() ? jsonPipeline : pipeline, SERVERS.flink());
    session.execute("USE " + way.database()).close();
    if (way.isStreaming()) {
      session.execute("SET 'execution.runtime-mode' = 'streaming'").close();
    }
    session
        .execute(
            "SET 'table.optimizer.source.predicate-pushdown-enabled' = '%s'"
                .formatted(way.isPushed()))
        .close();
    try (SqlResult result = session.execute(query)) {
      return way.isStreaming() ? changed(result, way.isEndless() ? right : null) : all(result);
    }
  }

  private static Map<Long, List<List<Object>>> all(SqlResult result) {
    List<List<Object>> rows = new ArrayList<>();
    while (result.hasNext()) {
      Row row = result.next();
      rows.add(Arrays.asList(row.getField(0), row.getField(1), row.getField(2), row.getField(3)));
    }
    return TestingQueryBatch.grouped(rows);
  }

  /** What is left when every change is made; where a result does not end, until it is right. */
  private static Map<Long, List<List<Object>>> changed(
      SqlResult result, Map<Long, List<List<Object>>> endsWith) {
    List<List<Object>> rows = new ArrayList<>();
    CompletableFuture<Void> patience =
        CompletableFuture.runAsync(
            () -> {
              var unused = result.cancel();
            },
            CompletableFuture.delayedExecutor(endsWith == null ? 600 : 60, TimeUnit.SECONDS));
    long size = endsWith == null ? -1 : endsWith.values().stream().mapToLong(List::size).sum();
    try {
      while (!TestingQueryBatch.isDone(rows, size, endsWith) && result.hasNext()) {
        Row row = result.next();
        List<Object> values =
            Arrays.asList(row.getField(1), row.getField(2), row.getField(3), row.getField(4));
        if (String.valueOf(row.getField(0)).startsWith("+")) {
          rows.add(values);
        } else {
          assertThat(rows.remove(values)).as("retraction of %s", values).isTrue();
        }
      }
    } catch (SqlException e) {
      if (!patience.isDone()) {
        throw e;
      }
    } finally {
      patience.cancel(false);
    }
    return TestingQueryBatch.grouped(rows);
  }

  private static Pipeline pipeline(String name, String format, String history) {
    return SERVERS.pipeline(
        name,
        """
        tasks:
          - { name: intent, type: classification, labels: [refund, card] }
          - name: details
            type: extraction
            fields:
              - amount
              - date
              - { name: seats, type: integer }
              - { name: price, type: decimal }
              - { name: size, type: enum, choices: [small, large] }
        """,
        "sink: { topic: enriched-%1$s, format: %1$s }".formatted(format),
        "dead-letters: { topic: dead-letters-%1$s, format: %1$s }".formatted(format),
        history.formatted(directory.resolve("lake")));
  }

  private static String json(byte[] record, Instant written) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(record);
    json.put("record_time", LocalDateTime.ofInstant(written, ZoneOffset.UTC).toString());
    return json.toString();
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, byte[] value, Instant written)
      throws ExecutionException, InterruptedException {
    producer
        .send(
            new ProducerRecord<>(
                topic, 0, written.toEpochMilli(), "k".getBytes(StandardCharsets.UTF_8), value))
        .get();
  }
}
