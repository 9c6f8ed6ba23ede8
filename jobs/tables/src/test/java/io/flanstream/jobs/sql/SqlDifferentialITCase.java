package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random queries give what DuckDB gives over the same records: in batch and in streaming mode, over
 * topics that end and that do not, over the history, through the gateway, and with conditions
 * pushed down and not. {@code -Dflanstream.queries=5000} asks as many, {@code -Dflanstream.seed}
 * others.
 */
@Timeout(7200)
class SqlDifferentialITCase {
  private static final Logger LOG = LoggerFactory.getLogger(SqlDifferentialITCase.class);
  private static final int QUERIES = Integer.getInteger("flanstream.queries", 60);
  private static final long SEED = Long.getLong("flanstream.seed", 1);
  private static final int TOGETHER = Math.max(1, Math.min(40, QUERIES / Way.values().length));

  /** Calcite's decorrelation of some aggregates: an error, and no wrong answer. */
  private static final Pattern CALCITES = Pattern.compile(".*Index: \\d+, Size: \\d+.*");

  private static final double TOLERANCE = 1e-9;
  private static final String NAME = "differential";

  /** Ways to ask. */
  private enum Way {
    BATCH,
    BATCH_UNPUSHED,
    STREAMING,
    STREAMING_UNPUSHED,
    GATEWAY,
    LIVE,
    HISTORY,
    HISTORY_UNPUSHED;

    boolean isStreaming() {
      return this == STREAMING || this == STREAMING_UNPUSHED || this == LIVE;
    }

    boolean isHistory() {
      return this == HISTORY || this == HISTORY_UNPUSHED;
    }

    String database() {
      return isHistory() ? "history" : this == LIVE ? "live" : "snapshot";
    }

    TestingQueries.Where where(LocalDateTime first) {
      return new TestingQueries.Where(
          !isHistory(), isStreaming(), this != LIVE, isHistory() ? null : first);
    }
  }

  @TempDir private static Path directory;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static Pipeline pipeline;
  private static SqlServer server;
  private static TestingDuckDb topics;
  private static TestingDuckDb history;
  private static LocalDateTime first;

  @BeforeAll
  static void fill() throws IOException, ExecutionException, InterruptedException, SQLException {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(1, "enriched", "dead-letters");
    flink = EmbeddedFlink.start(1, new Configuration());
    pipeline =
        PipelineFile.parse(
            """
            name: %s
            kafka: { bootstrap-servers: "%s" }
            source: { topic: messages }
            model: { path: none }
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
            sink: { topic: enriched }
            dead-letters: { topic: dead-letters }
            history: { path: "%s", keep-text: true }
            """
                .formatted(NAME, kafka.bootstrapServers(), directory.resolve("lake")),
            "test",
            Path.of(""));
    Instant begun = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(2, ChronoUnit.HOURS);
    first = LocalDateTime.ofInstant(begun, ZoneOffset.UTC);
    Random random = new Random(SEED);
    List<String> events = new ArrayList<>();
    List<String> letters = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < 60; i++) {
        EnrichedEvent event = TestingEvents.event(random, i);
        Instant written = begun.plus(i, ChronoUnit.MINUTES);
        events.add(json(TestingResults.json(event), written));
        send(producer, "enriched", TestingResults.bytes(event), written);
        if (i % 5 == 0) {
          DeadLetter letter = TestingEvents.letter(random, i);
          letters.add(json(TestingResults.json(letter), written));
          send(producer, "dead-letters", TestingResults.bytes(letter), written);
        }
      }
    }
    Path eventsFile = Files.write(directory.resolve("events.jsonl"), events);
    Path lettersFile = Files.write(directory.resolve("letters.jsonl"), letters);
    HistoryEnd end = HistoryEnd.of(pipeline);
    var unusedResult =
        HistoryJob.submit(pipeline, Optional.of(end), flink.client()).getJobExecutionResult().get();
    topics = TestingDuckDb.ofTopics(eventsFile, lettersFile);
    history =
        TestingDuckDb.ofHistory(directory.resolve("lake").resolve("flanstream.db").resolve(NAME));
    server = SqlServer.start(pipeline, flink.client(), "127.0.0.1", "0");
  }

  @AfterAll
  static void stop() throws IOException, SQLException {
    server.close();
    topics.close();
    history.close();
    flink.close();
    kafka.close();
  }

  @Test
  void queriesGiveWhatDuckDbGives() throws SQLException {
    List<String> differences = new ArrayList<>();
    for (int begin = 0; begin < QUERIES; begin += TOGETHER) {
      Way way = Way.values()[begin / TOGETHER % Way.values().length];
      List<String> queries =
          LongStream.range(begin, begin + TOGETHER)
              .mapToObj(i -> TestingQueries.of(SEED * 1_000_000 + i, way.where(first)))
              .toList();
      TestingDuckDb duckDb = way.isHistory() ? history : topics;
      Map<Long, List<List<Object>>> right =
          grouped(
              duckDb.rows(
                  TestingQueries.together(
                      queries.stream().map(TestingQueries::duckdb).toList(), "VARCHAR")));
      Map<Long, List<List<Object>>> got = ask(way, queries, right);
      for (long i = 0; i < TOGETHER; i++) {
        List<List<Object>> expected = right.getOrDefault(i, List.of());
        List<List<Object>> found = got.getOrDefault(i, List.of());
        if (!same(expected, found)) {
          differences.add(
              "%s, query %s: %s%n  DuckDB %s%n  Flink  %s"
                  .formatted(way, begin + i, queries.get((int) i), expected, found));
        }
      }
      LOG.info("{} queries, {} differences", begin + TOGETHER, differences.size());
    }
    assertThat(differences).as(String.join("\n", differences)).isEmpty();
  }

  /** All at once; one at a time where Calcite cannot plan one of them, and says so. */
  private static Map<Long, List<List<Object>>> ask(
      Way way, List<String> queries, Map<Long, List<List<Object>>> right) throws SQLException {
    try {
      return ask(way, TestingQueries.together(queries, "STRING"), right);
    } catch (SqlException | SQLException e) {
      if (!CALCITES.matcher(e.getMessage()).matches()) {
        throw e;
      }
      if (queries.size() == 1) {
        return right;
      }
    }
    Map<Long, List<List<Object>>> got = new TreeMap<>();
    for (int i = 0; i < queries.size(); i++) {
      List<List<Object>> wanted = right.get((long) i);
      Map<Long, List<List<Object>>> one =
          ask(way, List.of(queries.get(i)), wanted == null ? Map.of() : Map.of(0L, wanted));
      got.put((long) i, one.getOrDefault(0L, List.of()));
    }
    return got;
  }

  private static Map<Long, List<List<Object>>> ask(
      Way way, String query, Map<Long, List<List<Object>>> right) throws SQLException {
    if (way == Way.GATEWAY) {
      try (Connection connection =
              DriverManager.getConnection("jdbc:flanstream://" + server.address());
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
        return grouped(rows);
      }
    }
    SqlSession session = SqlSession.open(pipeline, flink.client());
    session.execute("USE " + way.database()).close();
    if (way.isStreaming()) {
      session.execute("SET 'execution.runtime-mode' = 'streaming'").close();
    }
    boolean pushed =
        way != Way.BATCH_UNPUSHED && way != Way.STREAMING_UNPUSHED && way != Way.HISTORY_UNPUSHED;
    session
        .execute("SET 'table.optimizer.source.predicate-pushdown-enabled' = '%s'".formatted(pushed))
        .close();
    try (SqlResult result = session.execute(query)) {
      return way.isStreaming() ? changed(result, way == Way.LIVE ? right : null) : all(result);
    }
  }

  private static Map<Long, List<List<Object>>> all(SqlResult result) {
    List<List<Object>> rows = new ArrayList<>();
    while (result.hasNext()) {
      Row row = result.next();
      rows.add(Arrays.asList(row.getField(0), row.getField(1), row.getField(2), row.getField(3)));
    }
    return grouped(rows);
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
      while (!isDone(rows, size, endsWith) && result.hasNext()) {
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
      assertThat(patience).as(e.toString()).isDone();
    } finally {
      patience.cancel(false);
    }
    return grouped(rows);
  }

  private static boolean isDone(
      List<List<Object>> rows, long size, Map<Long, List<List<Object>>> endsWith) {
    if (rows.size() != size) {
      return false;
    }
    Map<Long, List<List<Object>>> now = grouped(rows);
    return now.keySet().equals(endsWith.keySet())
        && now.entrySet().stream()
            .allMatch(entry -> same(endsWith.get(entry.getKey()), entry.getValue()));
  }

  /** Rows by the numbers of their queries, in an order of their own. */
  private static Map<Long, List<List<Object>>> grouped(List<List<Object>> rows) {
    Map<Long, List<List<Object>>> grouped = new TreeMap<>();
    for (List<Object> row : rows) {
      grouped
          .computeIfAbsent(((Number) row.get(0)).longValue(), unused -> new ArrayList<>())
          .add(row.subList(1, row.size()));
    }
    Comparator<List<Object>> order =
        Comparator.comparing((List<Object> row) -> String.valueOf(row.get(0)))
            .thenComparing(row -> String.valueOf(row.get(2)))
            .thenComparing(
                row -> row.get(1) == null ? Double.NEGATIVE_INFINITY : (Double) row.get(1));
    grouped.values().forEach(list -> list.sort(order));
    return grouped;
  }

  private static boolean same(List<List<Object>> expected, List<List<Object>> found) {
    if (expected.size() != found.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      List<Object> one = expected.get(i);
      List<Object> other = found.get(i);
      Double d = (Double) one.get(1);
      Double e = (Double) other.get(1);
      boolean close =
          (d == null || e == null)
              ? Objects.equals(d, e)
              : Math.abs(d - e) <= TOLERANCE * Math.max(1, Math.abs(d));
      if (!close
          || !Objects.equals(one.get(0), other.get(0))
          || !Objects.equals(one.get(2), other.get(2))) {
        return false;
      }
    }
    return true;
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
