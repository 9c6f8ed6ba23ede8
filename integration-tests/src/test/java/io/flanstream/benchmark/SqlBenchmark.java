package io.flanstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.local.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * ML_PREDICT beside the job, and AI_CLASSIFY beside ML_PREDICT: the same rows, model and labels, in
 * turn in one run, each from submission to end, planning included. Prints ratios; only the counts
 * and the labels are asserted.
 *
 * <p>{@code mvn -B verify -Pbenchmark -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false
 * -Dit.test=SqlBenchmark -Dfailsafe.failIfNoSpecifiedTests=false}
 */
class SqlBenchmark {
  private static final int ROWS = Integer.getInteger("flanstream.benchmark.rows", 5_000);
  private static final int ROUNDS = Integer.getInteger("flanstream.benchmark.rounds", 3);
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final String LABELS =
      "card_arrival, change_pin, exchange_rate, restaurant_reservation, play_music";
  private static final int MOST_SUBTASKS = 4;
  private static final String PREDICT =
      "SELECT id, label FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`))";
  private static final String CLASSIFY =
      "SELECT id, AI_CLASSIFY(`text`, ARRAY[%s])[1].label FROM messages"
          .formatted("'%s'".formatted(LABELS.replace(", ", "', '")));
  private static final ObjectMapper JSON = new ObjectMapper();

  private EmbeddedKafka kafka;
  private EmbeddedFlink flink;
  private int runs;
  private String answers;

  @Test
  void rowsOfSqlBesideRecordsOfTheJob()
      throws IOException, InterruptedException, ExecutionException {
    try (EmbeddedKafka broker = EmbeddedKafka.start();
        EmbeddedFlink cluster = EmbeddedFlink.start(1, new Configuration())) {
      kafka = broker;
      flink = cluster;
      kafka.createTopics(1, "messages");
      fill();
      job();
      List<Double> streaming = new ArrayList<>();
      List<Double> batch = new ArrayList<>();
      for (int round = 1; round <= ROUNDS; round++) {
        double job = job();
        streaming.add(sql("streaming", 1, PREDICT) / job);
        batch.add(sql("batch", 1, PREDICT) / job);
        System.out.printf(
            Locale.ROOT,
            "round %s: job %,.1f records/s; SQL over it: streaming %.2f, batch %.2f%n",
            round,
            job,
            streaming.get(round - 1),
            batch.get(round - 1));
      }
      System.out.printf(
          Locale.ROOT,
          "rows/s of ML_PREDICT over records/s of the job, medians: streaming %.2f, batch %.2f%n",
          median(streaming),
          median(batch));
    }
  }

  /** In batch mode, where Flink plans no asynchronous function. */
  @Test
  void rowsOfTheFunctionBesideMlPredict() throws IOException, InterruptedException {
    try (EmbeddedKafka broker = EmbeddedKafka.start();
        EmbeddedFlink cluster = EmbeddedFlink.start(MOST_SUBTASKS, new Configuration())) {
      kafka = broker;
      flink = cluster;
      kafka.createTopics(MOST_SUBTASKS, "messages");
      fill();
      double unused = sql("batch", 1, PREDICT);
      Map<Integer, List<Double>> ratios = new TreeMap<>();
      for (int round = 1; round <= ROUNDS; round++) {
        double predict = sql("batch", 1, PREDICT);
        String labels = answers;
        System.out.printf(Locale.ROOT, "round %s: ML_PREDICT %,.1f rows/s%n", round, predict);
        for (int subtasks = 1; subtasks <= MOST_SUBTASKS; subtasks *= 2) {
          double ratio = sql("batch", subtasks, CLASSIFY) / predict;
          assertThat(answers).isEqualTo(labels);
          ratios.computeIfAbsent(subtasks, key -> new ArrayList<>()).add(ratio);
          System.out.printf(
              Locale.ROOT, "  AI_CLASSIFY, parallelism %s: %.2f of it%n", subtasks, ratio);
        }
        System.out.printf(
            Locale.ROOT, "  AI_CLASSIFY, grouped by its label: %.2f of it%n", grouped() / predict);
        double wide = sql("batch", MOST_SUBTASKS, PREDICT) / predict;
        System.out.printf(
            Locale.ROOT, "  ML_PREDICT, parallelism %s: %.2f of it%n", MOST_SUBTASKS, wide);
      }
      ratios.forEach(
          (subtasks, measured) ->
              System.out.printf(
                  Locale.ROOT,
                  "rows/s of AI_CLASSIFY over ML_PREDICT, parallelism %s, median: %.2f%n",
                  subtasks,
                  median(measured)));
    }
  }

  /** A query that ends with its tenth row, over however many records, planning included. */
  @Test
  void tenRowsOfAll() throws IOException, InterruptedException {
    try (EmbeddedKafka broker = EmbeddedKafka.start();
        EmbeddedFlink cluster = EmbeddedFlink.start(MOST_SUBTASKS, new Configuration())) {
      kafka = broker;
      flink = cluster;
      kafka.createTopics(MOST_SUBTASKS, "messages");
      fill();
      SqlSession session = SqlSession.open(pipeline(), flink.client());
      run(
          session,
          """
          CREATE TABLE messages (id STRING, `text` STRING)
          WITH ('topic' = 'messages', 'format' = 'json') LIKE connection\
          """);
      for (int round = 1; round <= ROUNDS; round++) {
        long start = System.nanoTime();
        String rows = run(session, "SELECT id, `text` FROM messages LIMIT 10");
        assertThat(rows.lines()).hasSize(11);
        System.out.printf(
            Locale.ROOT,
            "round %s: 10 rows of %,d records in %.1f s%n",
            round,
            ROWS,
            (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private double job() throws IOException, InterruptedException, ExecutionException {
    Pipeline pipeline = pipeline();
    kafka.createTopics(1, pipeline.sink().topic(), pipeline.deadLetters().topic());
    long start = System.nanoTime();
    var unusedResult = PipelineJob.submit(pipeline, flink.client()).getJobExecutionResult().get();
    double rate = ROWS / ((System.nanoTime() - start) / 1e9);
    assertThat(count(pipeline, "enriched")).isEqualTo(String.valueOf(ROWS));
    return rate;
  }

  private double sql(String mode, int subtasks, String query) throws InterruptedException {
    Pipeline pipeline = pipeline();
    String topic = "sql-" + runs;
    kafka.createTopics(1, topic, pipeline.sink().topic(), pipeline.deadLetters().topic());
    SqlSession session = SqlSession.open(pipeline, flink.client());
    run(
        session,
        """
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING)
        WITH ('provider' = 'flan-ul2', 'task' = 'classification', 'labels' = '%s');
        CREATE TABLE messages (id STRING, `text` STRING)
        WITH ('topic' = 'messages', 'format' = 'json') LIKE connection;
        CREATE TABLE labelled (id STRING, label STRING)
        WITH ('topic' = '%s', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once',
          'sink.transactional-id-prefix' = '%s', 'properties.transaction.timeout.ms' = '600000')
        LIKE connection;
        SET 'execution.runtime-mode' = '%s';
        SET 'parallelism.default' = '%s';
        SET 'execution.checkpointing.interval' = '1 s'\
        """
            .formatted(LABELS, topic, topic, mode, subtasks));
    long start = System.nanoTime();
    run(session, "INSERT INTO labelled " + query);
    double rate = ROWS / ((System.nanoTime() - start) / 1e9);
    answers =
        run(
            session,
            "SET 'execution.runtime-mode' = 'batch'; SELECT id, label FROM labelled ORDER BY id");
    assertThat(answers.lines().filter(line -> line.startsWith("m-"))).hasSize(ROWS);
    return rate;
  }

  /** Rows/s of a query that counts labels, planning included. */
  private double grouped() {
    SqlSession session = SqlSession.open(pipeline(), flink.client());
    run(
        session,
        """
        CREATE TABLE messages (id STRING, `text` STRING)
        WITH ('topic' = 'messages', 'format' = 'json') LIKE connection\
        """);
    long start = System.nanoTime();
    String counts =
        run(
            session,
            "SELECT label, COUNT(*) FROM (%s) AS asked (id, label) GROUP BY label"
                .formatted(CLASSIFY));
    double rate = ROWS / ((System.nanoTime() - start) / 1e9);
    assertThat(
            counts
                .lines()
                .skip(1)
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(',') + 1)))
                .sum())
        .isEqualTo(ROWS);
    return rate;
  }

  private static String run(SqlSession session, String text) {
    StringWriter written = new StringWriter();
    session.run(text, ResultFormat.CSV, new PrintWriter(written));
    return written.toString();
  }

  private String count(Pipeline pipeline, String table) {
    return run(SqlSession.open(pipeline, flink.client()), "SELECT COUNT(*) FROM " + table)
        .lines()
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private Pipeline pipeline() {
    String run = "run-" + ++runs;
    return PipelineFile.parse(
        """
        name: %s
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages, from: earliest, to: latest }
        model: { path: deploy/models/flan-mini }
        tasks: [ { name: intent, type: classification, labels: [ %s ] } ]
        sink: { topic: out-%s }
        dead-letters: { topic: dead-%s }
        job: { checkpoint-interval: 1s }
        """
            .formatted(run, kafka.bootstrapServers(), LABELS, run, run),
        "benchmark.yaml",
        ROOT);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /** Messages of the demo, each different: equal texts in flight would be computed once. */
  private void fill() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("deploy/demo/labelled.jsonl"))) {
      texts.add(JSON.readTree(line).get("text").textValue());
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < ROWS; i++) {
        ObjectNode message = JSON.createObjectNode().put("id", "m-" + i);
        message.put("text", texts.get(i % texts.size()) + " no. " + i);
        var unused =
            producer.send(new ProducerRecord<>("messages", JSON.writeValueAsBytes(message)));
      }
    }
  }
}
