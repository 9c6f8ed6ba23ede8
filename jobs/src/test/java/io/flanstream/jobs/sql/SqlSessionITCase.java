package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.cluster.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.operators.serialize.PlainJson;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SqlSessionITCase {
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static SqlSession session;

  @BeforeAll
  static void fillTopics() throws IOException, ExecutionException, InterruptedException {
    kafka = EmbeddedKafka.start();
    kafka.createTopics(2, "enriched", "dead-letters", "enriched-json", "dead-letters-json");
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "test");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "enriched", "m-1", bytes(event("m-1", "refund", "20 quid")));
      send(producer, "enriched", "m-2", bytes(event("m-2", null, "£43, \"now\"")));
      send(producer, "enriched", "m-3", null);
      send(producer, "dead-letters", "m-4", bytes(deadLetter()));
      send(producer, "enriched-json", "m-1", json(event("m-1", "refund", "20 quid")));
      send(producer, "dead-letters-json", "m-4", json(deadLetter()));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "enriched", "m-5", bytes(event("m-5", "refund", "never")));
      producer.abortTransaction();
    }
    flink = EmbeddedFlink.start(1, new Configuration());
    session = SqlSession.open(pipeline("avro", ""), flink.client());
  }

  @AfterAll
  static void stop() throws IOException {
    flink.close();
    kafka.close();
  }

  @Test
  void viewsAreFlat() {
    assertThat(
            run(
                "SELECT id, event_time, task, label, score, abstained FROM classifications"
                    + " ORDER BY id",
                ResultFormat.CSV))
        .isEqualTo(
            """
            id,event_time,task,label,score,abstained\r
            m-1,2026-03-02T09:14:05.250,intent,refund,0.75,false\r
            m-2,2026-03-02T09:14:05.250,intent,,0.75,true\r
            """);
    assertThat(
            run(
                "SELECT id, task, field, `value`, `start`, `end`, score FROM extractions"
                    + " ORDER BY id",
                ResultFormat.CSV))
        .isEqualTo(
            """
            id,task,field,value,start,end,score\r
            m-1,details,amount,20 quid,3,10,0.5\r
            m-2,details,amount,"£43, ""now""\",3,10,0.5\r
            """);
  }

  @Test
  void everyFieldOfTheRecordsIsAColumn() {
    assertThat(run("SELECT * FROM enriched WHERE id = 'm-1'", ResultFormat.JSON))
        .isEqualTo(
            """
            {"id":"m-1","eventTime":"2026-03-02T09:14:05.250",\
            "source":{"topic":"messages","partition":1,"offset":7},\
            "attributes":{"channel":"bank"},"text":null,\
            "classifications":[{"task":"intent","label":"refund","score":0.75,\
            "alternatives":[{"label":"refund","score":0.75}],"abstained":false}],\
            "extractions":[{"task":"details","fields":[{"name":"amount","value":"20 quid",\
            "start":3,"end":10,"score":0.5,"type":null,"typedValue":null}],"absent":["date"]}],\
            "status":[{"task":"intent","state":"OK","code":null,"message":null}],\
            "fidelity":{"inputTokens":9,"truncatedTokens":0,"unknownTokens":1},\
            "model":{"name":"mini","weightsHash":"00ff","dtype":"float32",\
            "taskSetVersion":"abc"},"event_time":"2026-03-02T09:14:05.250"}
            """);
    assertThat(run("SELECT * FROM dead_letters", ResultFormat.JSON))
        .isEqualTo(
            """
            {"source":{"topic":"messages","partition":0,"offset":9},"key":"bS00","payload":null,\
            "payloadLength":0,"payloadHash":"e3b0","headers":[{"name":"h","value":"dg=="}],\
            "stage":"DESERIALIZE","code":"INVALID_JSON","message":"no JSON","attempts":1}
            """);
  }

  @Test
  void tablesAreAligned() {
    assertThat(
            run(
                "SELECT label, COUNT(*) AS messages FROM classifications GROUP BY label"
                    + " ORDER BY label",
                ResultFormat.TABLE))
        .isEqualTo(
            """
            label   messages
            ──────  ────────
            NULL           1
            refund         1
            2 rows
            """);
  }

  @Test
  void listsItsTables() {
    assertThat(session.tables())
        .containsExactly("classifications", "dead_letters", "enriched", "extractions");
    assertThat(session.names()).contains("event_time", "payloadHash");
  }

  @Test
  void saysInOneLineWhatIsWrong() {
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT nothing FROM enriched", ResultFormat.CSV))
        .withMessage("Cannot run statement: Column 'nothing' not found in any table");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELEKT 1", ResultFormat.CSV))
        .withMessage("Cannot run statement: Non-query expression encountered in illegal context");
    assertThatExceptionOfType(SqlException.class)
        .isThrownBy(() -> run("SELECT 1 / (COUNT(*) - 2) FROM enriched", ResultFormat.CSV))
        .withMessageStartingWith("Cannot run statement: / by zero");
  }

  private static String run(String statements, ResultFormat format) {
    StringWriter written = new StringWriter();
    session.run(statements, format, new PrintWriter(written));
    return written.toString();
  }

  @Test
  void jsonTopicsAreTheSameTables() {
    SqlSession json = SqlSession.open(pipeline("json", "-json"), flink.client());
    StringWriter written = new StringWriter();
    json.run(
        "SELECT id, event_time, label, field, x.score FROM classifications"
            + " JOIN extractions AS x USING (id, event_time);"
            + "SELECT `key`, stage FROM dead_letters",
        ResultFormat.CSV,
        new PrintWriter(written));
    assertThat(written.toString())
        .isEqualTo(
            """
            id,event_time,label,field,score\r
            m-1,2026-03-02T09:14:05.250,refund,amount,0.5\r
            key,stage\r
            bS00,DESERIALIZE\r
            """);
  }

  private static Pipeline pipeline(String format, String suffix) {
    return PipelineFile.parse(
        """
        name: test
        kafka: { bootstrap-servers: "%1$s" }
        source: { topic: messages }
        model: { path: none }
        tasks: [ { name: intent, type: classification, labels: [refund, other] } ]
        sink: { topic: enriched%3$s, format: %2$s }
        dead-letters: { topic: dead-letters%3$s, format: %2$s }
        """
            .formatted(kafka.bootstrapServers(), format, suffix),
        "test",
        Path.of(""));
  }

  private static EnrichedEvent event(String id, String label, String amount) {
    return EnrichedEvent.newBuilder()
        .setId(id)
        .setEventTime(Instant.parse("2026-03-02T09:14:05.250Z"))
        .setSource(new Source("messages", 1, 7L))
        .setAttributes(Map.of("channel", "bank"))
        .setClassifications(
            List.of(
                new Classification(
                    "intent",
                    label,
                    0.75,
                    List.of(new Alternative("refund", 0.75)),
                    label == null)))
        .setExtractions(
            List.of(
                new Extraction(
                    "details",
                    List.of(new ExtractedField("amount", amount, 3, 10, 0.5, null, null)),
                    List.of("date"))))
        .setStatus(List.of(new TaskStatus("intent", "OK", null, null)))
        .setFidelity(new Fidelity(9, 0, 1))
        .setModel(new ModelInfo("mini", "00ff", "float32", "abc"))
        .build();
  }

  private static DeadLetter deadLetter() {
    return DeadLetter.newBuilder()
        .setSource(new Source("messages", 0, 9L))
        .setKey(ByteBuffer.wrap("m-4".getBytes(StandardCharsets.UTF_8)))
        .setPayloadLength(0)
        .setPayloadHash("e3b0")
        .setHeaders(List.of(new Header("h", ByteBuffer.wrap("v".getBytes(StandardCharsets.UTF_8)))))
        .setStage("DESERIALIZE")
        .setCode("INVALID_JSON")
        .setMessage("no JSON")
        .setAttempts(1)
        .build();
  }

  private static <T extends SpecificRecordBase> byte[] bytes(T value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<T>(value.getSchema()).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] json(SpecificRecordBase value) {
    return PlainJson.text(value).getBytes(StandardCharsets.UTF_8);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value)
      throws ExecutionException, InterruptedException {
    producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)).get();
  }
}
