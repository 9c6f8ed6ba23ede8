package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.ResultFormat;
import io.flanstream.jobs.sql.SqlSession;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.schemas.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same records as results, merged and on routes, and flat: all say the same, each record once.
 * Apicurio enforces BACKWARD compatibility; any restart fails a job.
 */
@Timeout(600)
class ResultShapesITCase {
  private static final int RECORDS = 60;
  private static final String INTENT =
      "{ name: intent, type: classification, labels: [refund, card] }";
  private static final String WHERE =
      "{ name: where, type: extraction, fields: [city, { name: seats, type: integer }] }";
  private static final String WHERE_IN_WORDS =
      "{ name: where, type: extraction, fields: [city, seats] }";
  private static final Schema TICKET =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Ticket", "namespace": "shop", "fields": [
                {"name": "id", "type": "string"},
                {"name": "price", "type": {"type": "fixed", "name": "Price", "size": 2,
                  "logicalType": "decimal", "precision": 4, "scale": 2}},
                {"name": "text", "type": "string"}]}
              """);
  private static final Schema TICKET_2 =
      new Schema.Parser()
          .parse(
              TICKET
                  .toString()
                  .replace(
                      "{\"name\":\"text\"",
                      "{\"name\":\"shop\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"text\""));

  @TempDir private static Path directory;
  private static TestingSchemaRegistry registry;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static TestingTopics topics;

  @BeforeAll
  static void start() throws IOException, InterruptedException, GeneralSecurityException {
    registry = new TestingSchemaRegistry(directory);
    registry.demand("BACKWARD");
    kafka = EmbeddedKafka.start();
    topics = new TestingTopics(kafka);
    Configuration config = new Configuration();
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    flink = EmbeddedFlink.start(2, config);
  }

  @AfterAll
  static void stop() throws IOException {
    flink.close();
    kafka.close();
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({"json, json", "avro, avro", "avro-confluent, avro-confluent"})
  void allShapesSayTheSame(String source, String flat) throws Exception {
    String in = "in-%s-%s".formatted(source, flat);
    topics.create(2, in, in + "-results", in + "-merged", in + "-a", in + "-b", in + "-flat");
    topics.create(2, in + "-dead");
    List<byte[]> values = write(in, source);
    String tasks = INTENT + ", " + WHERE;
    String routes =
        "routes: [{ when: \"id LIKE '%%0' AND intent IS NOT NULL\", topic: %1$s-a }, { when: \"RIGHT(id, 1) = '1' OR seats < 0\", topic: %1$s-b }]"
            .formatted(in);
    Pipeline results = run(in, source, "results", "format: json", tasks);
    Pipeline merged = run(in, source, "merged", "shape: merged, " + routes, tasks);
    Pipeline flattened = run(in, source, "flat", "shape: flat, format: " + flat, tasks);

    String query =
        "SELECT id, event_time, intent, intent_score, city, seats FROM answers ORDER BY id";
    String expected = sql(results, query);
    assertThat(expected).hasLineCount(1 + RECORDS);
    assertThat(sql(merged, query)).isEqualTo(expected);
    assertThat(sql(flattened, query)).isEqualTo(expected);
    assertThat(sql(merged, "SELECT COUNT(DISTINCT id), COUNT(event_time) FROM enriched"))
        .contains("%s,%s".formatted(RECORDS, RECORDS));
    assertThat(topics.read(in + "-dead")).isEmpty();
    List<byte[]> came = new ArrayList<>();
    for (String topic : List.of("-merged", "-a", "-b")) {
      assertThat(topics.read(in + topic)).as(topic).isNotEmpty();
      topics.read(in + topic).forEach(record -> came.add(record.value()));
    }
    assertThat(came).hasSize(RECORDS);
    assertThat(
            came.stream()
                .filter(record -> values.stream().noneMatch(of -> isMergedInto(source, of, record)))
                .map(record -> new String(record, UTF_8)))
        .isEmpty();
    assertThat(topics.read(in + "-a"))
        .allMatch(record -> new String(record.key(), UTF_8).endsWith("0"));
  }

  /** More tasks and more fields are welcome to the registry, and a field of another type is not. */
  @Test
  void derivedSchemasEvolveAsTheRegistryDemands() throws Exception {
    String in = "evolving";
    topics.create(2, in, in + "-merged", in + "-flat", in + "-dead");
    write(in, "avro-confluent");
    String flat = "shape: flat, format: avro-confluent, topic: %s-flat".formatted(in);
    run(in, "avro-confluent", "merged", "shape: merged", INTENT);
    run(in, "avro-confluent", "flat", flat, INTENT);

    int id = registry.register(in + "-value", TICKET_2.toString(), "AVRO");
    GenericRecord ticket = ticket(TICKET_2, RECORDS);
    ticket.put("shop", "Bath");
    topics.write(List.of(new ProducerRecord<>(in, framed(id, bytes(ticket)))));
    String more = INTENT + ", " + WHERE;
    Pipeline merged = run(in, "avro-confluent", "merged", "shape: merged", more);
    Pipeline flattened = run(in, "avro-confluent", "flat", flat, more);

    // Each run has read the topic from its start.
    for (Pipeline pipeline : List.of(merged, flattened)) {
      assertThat(
              sql(
                  pipeline,
                  "SELECT COUNT(*), COUNT(DISTINCT id), COUNT(intent_score) FROM answers"))
          .contains("%1$s,%2$s,%1$s".formatted(2 * RECORDS + 1, RECORDS + 1));
    }
    assertThat(topics.read(in + "-dead")).isEmpty();

    String changed = INTENT + ", " + WHERE_IN_WORDS;
    run(in, "avro-confluent", "merged", "shape: merged", changed);

    Map<String, Integer> codes = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : topics.read(in + "-dead")) {
      codes.merge(
          TestingTopics.decoded(letter.value(), new DeadLetter()).getCode(), 1, Integer::sum);
    }
    assertThat(codes).containsOnly(Map.entry("SCHEMA_REFUSED", RECORDS + 1));
  }

  private static boolean isMergedInto(String source, byte[] value, byte[] merged) {
    int from = source.equals("avro-confluent") ? 5 : 0;
    // Up to what is before the closing brace and its white space.
    int to = source.equals("json") ? value.length - 2 : value.length;
    return merged.length > to
        && Arrays.equals(Arrays.copyOfRange(value, from, to), Arrays.copyOfRange(merged, from, to));
  }

  private static List<byte[]> write(String topic, String format)
      throws ExecutionException, IOException, InterruptedException {
    int id =
        format.equals("avro-confluent")
            ? registry.register(topic + "-value", TICKET.toString(), "AVRO")
            : 0;
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = 0; number < RECORDS; number++) {
      byte[] avro = bytes(ticket(TICKET, number));
      byte[] value =
          switch (format) {
            case "json" ->
                "{\"id\":\"%s\", \"price\":1.10,\"text\":\"%s\" }"
                    .formatted(id(number), text(number))
                    .getBytes(UTF_8);
            case "avro" -> avro;
            default -> framed(id, avro);
          };
      records.add(new ProducerRecord<>(topic, id(number).getBytes(UTF_8), value));
    }
    topics.write(records);
    return records.stream().map(ProducerRecord::value).toList();
  }

  private static GenericRecord ticket(Schema schema, int number) {
    GenericRecord ticket = new GenericData.Record(schema);
    ticket.put("id", id(number));
    ticket.put(
        "price",
        new GenericData.Fixed(schema.getField("price").schema(), new byte[] {0, (byte) number}));
    ticket.put("text", text(number));
    return ticket;
  }

  private static String id(int number) {
    return "t-" + (100 + number);
  }

  private static String text(int number) {
    return "card lost in town %s".formatted(number);
  }

  private static byte[] bytes(GenericRecord ticket) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(ticket.getSchema()).write(ticket, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] framed(int id, byte[] avro) {
    return ByteBuffer.allocate(5 + avro.length).put((byte) 0).putInt(id).put(avro).array();
  }

  /** Runs a pipeline to the end of its topic. */
  private static Pipeline run(String in, String source, String shape, String sink, String tasks)
      throws Exception {
    Files.writeString(directory.resolve("ticket.avsc"), TICKET.toString());
    String yaml =
        """
        name: %1$s-%3$s-%10$s
        kafka: { bootstrap-servers: "%4$s" }
        registry: { url: "%5$s", properties: %6$s }
        source: { topic: %1$s, from: earliest, %2$s }
        model: { path: "%7$s" }
        tasks: [ %8$s ]
        sink: { %9$s }
        dead-letters: { topic: %1$s-dead }
        job: { checkpoint-interval: 200 ms, model-linger: 0s }
        """
            .formatted(
                in,
                source.equals("avro") ? "format: avro, schema: ticket.avsc" : "format: " + source,
                shape,
                kafka.bootstrapServers(),
                registry.url(),
                new ObjectMapper().writeValueAsString(registry.properties(directory)),
                TestingPipelines.CHECKPOINT,
                tasks,
                sink.contains(" topic: " + in + "-flat")
                    ? sink
                    : sink + ", topic: %s-%s".formatted(in, shape),
                Integer.toHexString(tasks.hashCode()));
    Pipeline pipeline = PipelineFile.parse(yaml, shape, directory).bounded();
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(flink.client());
    EnrichmentJob.add(
        env, pipeline, new TestingModelProvider(pipeline.name(), TestingMessages.MAX_INPUT_TOKENS));
    var unused = env.executeAsync(pipeline.name()).getJobExecutionResult().get();
    return pipeline;
  }

  private static String sql(Pipeline pipeline, String query) {
    StringWriter rows = new StringWriter();
    SqlSession.open(pipeline, flink.client())
        .run(query, ResultFormat.CSV, new PrintWriter(rows, true));
    return rows.toString();
  }
}
