package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.deadletter.DeadLetterTopic;
import io.flanstream.jobs.deadletter.Replay;
import io.flanstream.jobs.deadletter.StoredDeadLetter;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.jobs.sql.HistoryEnd;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.operators.deadletter.ReplayHeader;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Avro in Confluent's wire format, in and out, with Apicurio behind TLS and a password. */
@Timeout(600)
class RegistryITCase {
  private static final long SEED = 20260103;
  private static final int PAYLOADS = Integer.getInteger("flanstream.fuzz", 300);
  private static final int PARTITIONS = 2;
  private static final int HEADER = 5;
  private static final String WRONG_PASSWORD = "Curlew-feather-5";

  private static final Map<Integer, Schema> SCHEMAS = new HashMap<>();

  @TempDir private static Path directory;
  private static TestingSchemaRegistry registry;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static TestingTopics topics;

  @BeforeAll
  static void start() throws IOException, InterruptedException, GeneralSecurityException {
    registry = new TestingSchemaRegistry(directory);
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
    Configuration config = new Configuration();
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    flink = EmbeddedFlink.start(PARTITIONS, config);
  }

  @AfterAll
  static void stop() throws IOException {
    flink.close();
    kafka.close();
    registry.close();
  }

  /** Any restart fails the job. */
  @Test
  void accountsForEveryRecordAndEverybodyReadsThem() throws Exception {
    topics.create(PARTITIONS, "in", "out", "dead");
    TestingFramedFuzz fuzz = new TestingFramedFuzz(SEED, registry, "in");
    TestingFuzzedRecords records = new TestingFuzzedRecords(fuzz, "in", PARTITIONS, PAYLOADS);
    topics.write(records.all());
    Pipeline pipeline = pipeline("", "1 min").bounded();

    var unusedResult = submit(pipeline).getJobExecutionResult().get();

    int enriched = 0;
    for (ConsumerRecord<byte[], byte[]> record : topics.read("out")) {
      records.assertEnriched(decoded(record.value(), new EnrichedEvent()), record);
      enriched++;
    }
    Map<String, Integer> codes = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read("dead")) {
      DeadLetter letter = decoded(record.value(), new DeadLetter());
      records.assertRejected(letter);
      codes.merge(letter.getCode(), 1, Integer::sum);
    }
    records.assertAllSeen();
    assertThat(codes).containsKeys("INVALID_FRAME", "UNKNOWN_SCHEMA", "INVALID_AVRO");
    assertThat(registry.subjects()).contains("out-value", "dead-value");
    assertThat(sql(pipeline, "SELECT COUNT(*) FROM enriched WHERE source.topic = 'in'"))
        .isEqualTo("EXPR$0\r\n%s\r\n".formatted(enriched));
    assertThat(
            sql(
                pipeline,
                "SELECT code, COUNT(*) AS n FROM dead_letters GROUP BY code ORDER BY code"))
        .isEqualTo(
            codes.entrySet().stream()
                .map(entry -> "%s,%s\r\n".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("", "code,n\r\n", "")));
    HistoryJob.submit(pipeline, Optional.of(HistoryEnd.of(pipeline)), flink.client())
        .getJobExecutionResult()
        .get();
    assertThat(sql(pipeline, "SELECT COUNT(*) AS n FROM history.enriched"))
        .isEqualTo("n\r\n%s\r\n".formatted(enriched));
    assertReplayable(pipeline, codes.get("UNKNOWN_SCHEMA"));
  }

  /** As the subtasks of a new job do. */
  @Test
  void hasOneIdForAllWhoRegisterAtTheSameMoment()
      throws ExecutionException, IOException, InterruptedException {
    RegistryConnection connection = RegistryConnection.of(pipeline("", "1 min"));
    ExecutorService crowd = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 10; i++) {
        String subject = "crowd%s-value".formatted(i);
        Callable<Integer> one =
            () -> connection.open().register(subject, EnrichedEvent.getClassSchema());
        Set<Integer> ids = new HashSet<>();
        for (Future<Integer> id : crowd.invokeAll(Collections.nCopies(4, one))) {
          ids.add(id.get());
        }
        assertThat(ids).as(subject).hasSize(1);
      }
    } finally {
      crowd.shutdown();
    }
  }

  @Test
  void waitsForARegistryThatIsAway() throws Exception {
    topics.create(1, "in2", "out2", "dead2");
    TestingFramedFuzz messages = new TestingFramedFuzz(SEED, registry, "in2");
    JobClient job = submit(pipeline("2", "1 min"));
    write("in2", messages.good("a", "a card"));
    topics.readUntil("out2", 1);

    registry.setAway(true);
    write("in2", messages.good("b", "of another schema"));
    registry.awaitRefused(3);
    assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    registry.setAway(false);

    topics.readUntil("out2", 2);
    assertThat(ids("out2")).containsExactly("a", "b");
    assertThat(topics.read("dead2")).isEmpty();
    job.cancel().get();
    assertThat(
            sql(
                pipeline("2", "1 min"),
                """
                CREATE TABLE messages (id STRING, urgent BOOLEAN, `text` STRING NOT NULL)
                WITH ('topic' = 'in2') LIKE registry_connection;
                SELECT * FROM messages ORDER BY id;
                """))
        .endsWith("id,urgent,text\r\na,,a card\r\nb,true,of another schema\r\n");
  }

  /** A writer's microseconds and ten-thousandths in columns of milliseconds and hundredths. */
  @Test
  void columnsMayHaveAnotherUnitAndScaleThanTheirWriter()
      throws ExecutionException, IOException, InterruptedException {
    topics.create(1, "orders");
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Order", "fields": [
                  {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                  {"name": "amount",
                    "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 4}}]}
                """);
    int id = registry.register("orders-value", schema.toString(), "AVRO");
    GenericRecord order = new GenericData.Record(schema);
    order.put("ts", 1_772_445_245_250_000L);
    order.put("amount", ByteBuffer.wrap(BigInteger.valueOf(123_400).toByteArray()));
    write("orders", TestingFramedFuzz.framed(id, order));

    String table =
        "CREATE TABLE orders (ts TIMESTAMP(3), amount DECIMAL(%s)) WITH ('topic' = 'orders') LIKE"
            + " registry_connection; SELECT ts, amount FROM orders";
    assertThat(sql(pipeline("", "1 min"), table.formatted("10, 2")))
        .endsWith("ts,amount\r\n2026-03-02T09:54:05.250,12.34\r\n");
    assertThatThrownBy(() -> sql(pipeline("", "1 min"), table.formatted("3, 2")))
        .hasMessageContaining("column amount must hold 12.3400, got DECIMAL(3, 2)");
  }

  @Test
  void failsWhereTheRegistryStaysAwayAndLosesNothing() throws Exception {
    topics.create(1, "in3", "out3", "dead3");
    TestingFramedFuzz messages = new TestingFramedFuzz(SEED, registry, "in3");
    JobClient job = submit(pipeline("3", "1 s"));
    write("in3", messages.good("a", "a card"));
    topics.readUntil("out3", 1);

    registry.setAway(true);
    write("in3", messages.good("b", "of another schema"));
    assertThatThrownBy(() -> job.getJobExecutionResult().get(1, TimeUnit.MINUTES))
        .rootCause()
        .hasMessageMatching(
            ".*Cannot ask schema registry: GET %s/schemas/ids/\\d+ answered 503, for 1 s"
                .formatted(registry.url()));
    registry.setAway(false);
    var unusedResult = submit(pipeline("3", "1 s").bounded()).getJobExecutionResult().get();

    assertThat(ids("out3")).containsExactly("a", "b");
    assertThat(topics.read("dead3")).isEmpty();
  }

  @Test
  void commandsSayWhoIsNotLetIn() throws IOException, InterruptedException {
    topics.create(1, "in4", "out4", "dead4");
    TestingLauncher launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    String known = write("known", yaml("4", "1 min", registry.properties(directory)));
    String unknown =
        write("unknown", yaml("4", "1 min", registry.properties("triage:" + WRONG_PASSWORD)));
    Map<String, String> distrustful = registry.properties(directory);
    distrustful.keySet().removeIf(key -> key.startsWith("ssl.truststore."));
    String anxious = write("anxious", yaml("4", "1 min", distrustful));

    assertThat(launcher.run(1, "run", unknown, "--bounded"))
        .isEqualTo(
            "flanstream: Cannot ask schema registry: GET %s/schemas/types answered 401\n"
                .formatted(registry.url()));
    assertThat(launcher.run(1, "dead-letters", "show", "--pipeline", anxious))
        .startsWith("flanstream: Cannot ask schema registry: ")
        .contains("unable to find valid certification path")
        .hasLineCount(1);
    assertThat(launcher.run(0, "dead-letters", "show", "--pipeline", known)).isEmpty();
    assertNoSecret();
  }

  /** Neither in what the commands said, which lies in files too, nor in their logs. */
  private static void assertNoSecret() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> written = files.filter(file -> file.toString().matches(".*\\.(log|out)")).toList();
      assertThat(written).hasSizeGreaterThan(3);
      for (Path file : written) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain(
                TestingSchemaRegistry.PASSWORD,
                TestingSchemaRegistry.STORE_PASSWORD,
                WRONG_PASSWORD);
      }
    }
  }

  /** The unknown schema is still unknown: the same letters, by other attempts. */
  private static void assertReplayable(Pipeline pipeline, int count) {
    List<StoredDeadLetter> letters = new ArrayList<>();
    assertThat(new DeadLetterTopic(pipeline).read(letters::add)).as("others").isZero();
    try (Replay replay = new Replay(pipeline)) {
      letters.stream()
          .map(StoredDeadLetter::letter)
          .filter(letter -> letter.getCode().equals("UNKNOWN_SCHEMA"))
          .forEach(replay::send);
      replay.commit();
    }
    assertThat(topics.read("in"))
        .filteredOn(record -> record.headers().lastHeader(ReplayHeader.NAME) != null)
        .hasSize(count);
  }

  private static JobClient submit(Pipeline pipeline) throws Exception {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(flink.client());
    EnrichmentJob.add(
        env, pipeline, new TestingModelProvider(pipeline.name(), TestingMessages.MAX_INPUT_TOKENS));
    return env.executeAsync(pipeline.name());
  }

  private static String sql(Pipeline pipeline, String query) {
    StringWriter rows = new StringWriter();
    SqlSession.open(pipeline, flink.client())
        .run(query, ResultFormat.CSV, new PrintWriter(rows, true));
    return rows.toString();
  }

  private static void write(String topic, byte[] value)
      throws ExecutionException, InterruptedException {
    topics.write(List.of(new ProducerRecord<>(topic, value)));
  }

  private static List<String> ids(String topic) {
    return topics.read(topic).stream()
        .map(record -> decoded(record.value(), new EnrichedEvent()).getId())
        .toList();
  }

  private static String write(String name, String yaml) throws IOException {
    return Files.writeString(directory.resolve(name + ".yaml"), yaml).toString();
  }

  private static Pipeline pipeline(String number, String timeout) throws IOException {
    return PipelineFile.parse(
        yaml(number, timeout, registry.properties(directory)), "framed", directory);
  }

  private static String yaml(String number, String timeout, Map<String, String> properties)
      throws IOException {
    return """
    name: framed%1$s
    kafka: { bootstrap-servers: "%2$s" }
    registry: { url: "%3$s", timeout: %4$s, properties: %5$s }
    source: { topic: in%1$s, format: avro-confluent, attributes: [channel] }
    model: { path: "%8$s" }
    tasks: [ { name: intent, type: classification, labels: [ask, order, complain] } ]
    sink: { topic: out%1$s, format: avro-confluent }
    dead-letters: { topic: dead%1$s, format: avro-confluent }
    history: { path: "%7$s", commit-interval: 500 ms }
    job: { checkpoint-interval: 200 ms, checkpoint-directory: "%6$s", model-linger: 0s }
    """
        .formatted(
            number,
            kafka.bootstrapServers(),
            registry.url(),
            timeout,
            new ObjectMapper().writeValueAsString(properties),
            directory.resolve("checkpoints").toUri(),
            directory.resolve("history"),
            TestingPipelines.CHECKPOINT);
  }

  /** As a consumer does that knows nothing of the job: by the schema that the registry has. */
  private static <T extends SpecificRecordBase> T decoded(byte[] value, T record) {
    ByteBuffer header = ByteBuffer.wrap(value);
    assertThat(header.get()).isZero();
    Schema written = SCHEMAS.computeIfAbsent(header.getInt(), RegistryITCase::schema);
    try {
      return new SpecificDatumReader<T>(written, record.getSchema())
          .read(
              record,
              DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema schema(int id) {
    try {
      return new Schema.Parser().parse(registry.schema(id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
