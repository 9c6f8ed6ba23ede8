package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.ExtractedField;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped checkpoint as a SQL model, through Flink's own planner and runtime. */
@Timeout(600)
class SqlModelITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final int MESSAGES = 60;
  private static final String PREDICT =
      "SELECT * FROM ML_PREDICT(TABLE words, MODEL intent, DESCRIPTOR(x))";
  static final String INTENT =
      """
      CREATE MODEL intent
      INPUT (`text` STRING)
      OUTPUT (label STRING, score DOUBLE, labels ARRAY<STRING>, scores MAP<STRING, DOUBLE>)
      WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'classification', 'model-linger' = '0 s',
        'labels' = 'card_arrival, change_pin, exchange_rate, restaurant_reservation, play_music')
      """
          .formatted(TestingSql.MODEL);

  @Test
  void topicsAreEnrichedInStreamingModeAndCountedInBatchModeAsTheJobWould()
      throws IOException, ExecutionException, InterruptedException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    Map<String, String> expected = new TreeMap<>();
    Map<String, Double> scores = new TreeMap<>();
    TestingSql.answers(
        texts,
        """
        {"name": "intent", "type": "classification", "labels":
          ["card_arrival", "change_pin", "exchange_rate", "restaurant_reservation", "play_music"]}
        """,
        (id, results) -> {
          expected.put(id, results.classifications().get(0).getLabel());
          scores.put(id, results.classifications().get(0).getScore());
        });

    int open = SharedModels.open();
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      kafka.createTopics(2, "messages", "labelled");
      send(kafka, texts);
      TableEnvironment streaming = TestingSql.environment("streaming", SERVERS.flink());
      streaming.executeSql(topic(kafka, "messages", "id STRING, `text` STRING"));
      streaming.executeSql(
          topic(kafka, "labelled", "id STRING, label STRING, score DOUBLE, best DOUBLE"));
      streaming.executeSql(INTENT);
      streaming
          .executeSql(
              """
              INSERT INTO labelled
              SELECT id, label, score, scores[label]
              FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`))
              """)
          .await();

      TableEnvironment batch = TestingSql.environment("batch", SERVERS.flink());
      batch.executeSql(
          topic(kafka, "labelled", "id STRING, label STRING, score DOUBLE, best DOUBLE"));
      Map<String, String> labels = new TreeMap<>();
      for (Row row : TestingSql.rows(batch, "SELECT id, label, score, best FROM labelled")) {
        String id = row.getFieldAs(0);
        assertThat(labels.put(id, row.getFieldAs(1))).as(id).isNull();
        assertThat(row.<Double>getFieldAs(2)).as(id).isCloseTo(scores.get(id), within(1e-4));
        assertThat(row.<Double>getFieldAs(3)).as(id).isEqualTo(row.<Double>getFieldAs(2));
      }
      assertThat(labels).isEqualTo(expected);

      Map<String, Long> counts = new TreeMap<>();
      expected.values().forEach(label -> counts.merge(label, 1L, Long::sum));
      assertThat(TestingSql.rows(batch, "SELECT label, COUNT(*) FROM labelled GROUP BY label"))
          .allSatisfy(row -> assertThat(counts).containsEntry(row.getFieldAs(0), row.getFieldAs(1)))
          .hasSize(counts.size());
    }
    // It was told not to linger; the other tests' models, which are the same, may have gone with
    // it.
    assertThat(SharedModels.open()).isLessThanOrEqualTo(open);
  }

  @Test
  void fieldsAreColumnsWithOrWithoutTheirPlaces() throws IOException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    Map<String, List<ExtractedField>> expected = new LinkedHashMap<>();
    TestingSql.answers(
        texts,
        """
        {"name": "booking", "type": "extraction", "fields-at-once": true,
          "fields": ["people", "date", "time"]}
        """,
        (id, results) -> expected.put(id, results.extractions().get(0).getFields()));
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.createTemporaryView("messages", TestingSql.values(tables, texts));
    tables.executeSql(
        """
        CREATE MODEL booking INPUT (`text` STRING)
        OUTPUT (people STRING, `date` ROW<`value` STRING, `start` INT, `end` INT, score DOUBLE>, `time` STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'extraction',
          'fields-at-once' = 'true')
        """
            .formatted(TestingSql.MODEL));

    int found = 0;
    for (Row row :
        TestingSql.rows(
            tables,
            """
            SELECT id, people, `date`, `time`
            FROM ML_PREDICT(TABLE messages, MODEL booking, DESCRIPTOR(`text`))
            """)) {
      List<ExtractedField> fields = expected.remove(row.<String>getFieldAs(0));
      assertThat(row.<String>getFieldAs(1)).isEqualTo(value(fields, "people"));
      assertThat(row.<String>getFieldAs(3)).isEqualTo(value(fields, "time"));
      Row date = row.getFieldAs(2);
      assertThat(date == null ? null : date.getField(0)).isEqualTo(value(fields, "date"));
      if (date != null) {
        found++;
        ExtractedField field = field(fields, "date");
        assertThat(date.getField(1)).isEqualTo(field.getStart());
        assertThat(date.getField(2)).isEqualTo(field.getEnd());
        assertThat(date.<Double>getFieldAs(3)).isCloseTo(field.getScore(), within(1e-4));
      }
    }
    assertThat(expected).isEmpty();
    assertThat(found).isPositive();
  }

  /** A column's type is its field's, unless the field says its own. */
  @Test
  void fieldsOfATypeAreColumnsOfIt() throws IOException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    Map<String, List<ExtractedField>> expected = new LinkedHashMap<>();
    TestingSql.answers(
        texts,
        """
        {"name": "booking", "type": "extraction", "fields-at-once": true,
          "fields": [{"name": "people", "type": "integer"}, "date", "time"]}
        """,
        (id, results) -> expected.put(id, results.extractions().get(0).getFields()));
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.createTemporaryView("messages", TestingSql.values(tables, texts));
    tables.executeSql(
        """
        CREATE MODEL booking INPUT (`text` STRING)
        OUTPUT (people BIGINT, `date` STRING, `time` STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'extraction',
          'fields-at-once' = 'true')
        """
            .formatted(TestingSql.MODEL));
    int numbers = 0;
    for (Row row :
        TestingSql.rows(
            tables,
            "SELECT id, people, `date` FROM ML_PREDICT(TABLE messages, MODEL booking,"
                + " DESCRIPTOR(`text`))")) {
      List<ExtractedField> fields = expected.remove(row.<String>getFieldAs(0));
      ExtractedField people = field(fields, "people");
      String number = people == null ? null : people.getTypedValue();
      assertThat(row.<Long>getFieldAs(1)).isEqualTo(number == null ? null : Long.valueOf(number));
      assertThat(row.<String>getFieldAs(2)).isEqualTo(value(fields, "date"));
      numbers += number == null ? 0 : 1;
    }
    assertThat(expected).isEmpty();
    assertThat(numbers).isPositive();
  }

  @Test
  void aColumnThatIsNotOfItsFieldsTypeShowsWhenAQueryIsPlanned() {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (`day` BIGINT)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'extraction',
          'fields' = '[{"name": "day", "type": "date"}]')
        """
            .formatted(TestingSql.MODEL));
    tables.createTemporaryView("words", tables.sqlQuery("SELECT 'a' AS x"));
    assertThatThrownBy(() -> tables.explainSql(PREDICT))
        .hasStackTraceContaining(
            "Cannot create model: output column day must be STRING, DATE or ROW<");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'num-beams' = '3', 'length-penalty' = '2.0', 'early-stopping' = 'true'",
        "'do-sample' = 'true', 'temperature' = '0.1', 'top-k' = '5', 'seed' = '7'",
        "'repetition-penalty' = '1.1', 'min-new-tokens' = '2', 'stop-strings' = '[\"the end\"]'"
      })
  void textIsGenerated(String options) {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql(
        """
        CREATE MODEL asked INPUT (question STRING) OUTPUT (answer STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'generation',
          'template' = 'Which label fits the text best?

        Text: {text}', 'max-new-tokens' = '8', %s)
        """
            .formatted(TestingSql.MODEL, options));
    tables.createTemporaryView(
        "questions", tables.sqlQuery("SELECT 'what is the weather like in paris today' AS x"));
    assertThat(
            TestingSql.rows(
                tables,
                "SELECT answer FROM ML_PREDICT(TABLE questions, MODEL asked, DESCRIPTOR(x))"))
        .singleElement()
        .satisfies(row -> assertThat(row.<String>getFieldAs(0)).contains("weather"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void rowsWithoutAnAnswerSayWhyWhereTheyMay(String mode) {
    TableEnvironment tables = TestingSql.environment(mode, SERVERS.flink());
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (`text` STRING)
        OUTPUT (error_code STRING, label STRING, error_message STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'classification',
          'labels' = 'a, b', 'model.max-input-tokens' = '40', 'error-mode' = 'null')
        """
            .formatted(TestingSql.MODEL));
    tables.createTemporaryView(
        "messages",
        tables.sqlQuery(
            """
            SELECT * FROM (VALUES ('long', REPEAT('word ', 100)), ('short', 'word'),
              ('none', CAST(NULL AS STRING))) AS t (id, `text`)
            """));
    Map<String, Row> found = new TreeMap<>();
    for (Row row :
        TestingSql.rows(
            tables,
            """
            SELECT id, error_code, label, error_message
            FROM ML_PREDICT(TABLE messages, MODEL intent, DESCRIPTOR(`text`))
            """)) {
      found.put(row.getFieldAs(0), row);
    }
    assertThat(found.get("long").getField(1)).isEqualTo("TOO_MANY_TOKENS");
    assertThat(found.get("long").getField(2)).isNull();
    assertThat(found.get("long").<String>getFieldAs(3)).contains("model.max-input-tokens = 40");
    assertThat(found.get("short").getField(1)).isNull();
    assertThat(found.get("short").<String>getFieldAs(2)).isIn("a", "b");
    assertThat(found.get("none")).isEqualTo(Row.of("none", null, null, null));
  }

  @Test
  void rowsWithoutAnAnswerFailTheJobUnlessTheyMayBeNull() {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql(INTENT.replace("'task'", "'model.max-input-tokens' = '40', 'task'"));
    assertThatThrownBy(() -> predict(tables, "REPEAT('word ', 100)"))
        .rootCause()
        .hasMessageStartingWith("Cannot answer row \"word word word word word word word word …\": ")
        .hasMessageContaining("model.max-input-tokens = 40");
  }

  /** By the columns that follow the text. */
  @Test
  void aRowWithoutAnAnswerHasItsCoordinates() {
    TableEnvironment tables = TestingSql.environment("streaming", SERVERS.flink());
    tables.executeSql(
        INTENT
            .replace(
                "INPUT (`text` STRING)", "INPUT (`text` STRING, `partition` INT, `offset` BIGINT)")
            .replace("'task'", "'model.max-input-tokens' = '40', 'task'"));
    tables.createTemporaryView(
        "words",
        tables.sqlQuery("SELECT REPEAT('word ', 100) AS x, 3 AS p, CAST(17 AS BIGINT) AS o"));
    assertThatThrownBy(
            () ->
                TestingSql.rows(
                    tables,
                    "SELECT * FROM ML_PREDICT(TABLE words, MODEL intent, DESCRIPTOR(x, p, o))"))
        .rootCause()
        .hasMessageStartingWith("Cannot answer row partition = 3, offset = 17: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "label STRING | 'labels' = 'a, b', 'treshold' = '1' | Unsupported options found for"
            + " 'flan-ul2': treshold (did you mean threshold?)",
        "label INT    | 'labels' = 'a, b' | output column label must be STRING, got INT",
        "best STRING  | 'labels' = 'a, b' | output columns must be among label STRING",
        "label STRING | 'labels' = 'a, a' | labels[1]",
        "label STRING | 'threshold' = '0.5' | labels must",
        "label STRING | 'labels' = '[{', 'threshold' = '0.5' | labels must be names parted by"
            + " commas",
        "label STRING | 'labels' = 'a, b', 'threshold' = '2' | threshold must be",
        "error_code STRING | 'labels' = 'a, b' | OUTPUT must have a column for the answer",
        "label STRING | 'labels' = 'a, b', 'examples' = '[{\"text\": \"x\", \"label\": \"c\"}]' |"
            + " examples[0].labels must be among the labels [a, b]",
        "label STRING | 'labels' = 'a, b', 'examples' = 'x' | examples must be a JSON list",
        "label STRING | 'labels' = 'a, b', 'model.device' = 'tpu' | model.device must be cpu or"
            + " cuda:N, got tpu",
      })
  void faultsShowWhenAQueryIsPlanned(String output, String options, String message) {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (%s)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'classification', %s)
        """
            .formatted(output, TestingSql.MODEL, options));
    tables.createTemporaryView("words", tables.sqlQuery("SELECT 'word' AS x"));
    assertThatThrownBy(() -> tables.explainSql(PREDICT)).hasStackTraceContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'max-new-tokens' = '0' | max-new-tokens must be at least 1, got 0",
        "'temperature' = '0.5' | temperature must be set only where do-sample is true, got 0.5",
        "'do-sample' = 'true', 'num-beams' = '4' | num-beams must be 1 where do-sample is true, got"
            + " 4",
      })
  void decodingThatDoesNotFitShowsWhenAQueryIsPlanned(String options, String message) {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (question STRING) OUTPUT (answer STRING)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'generation', %s)
        """
            .formatted(TestingSql.MODEL, options));
    tables.createTemporaryView("words", tables.sqlQuery("SELECT 'a' AS x"));
    assertThatThrownBy(() -> tables.explainSql(PREDICT))
        .hasStackTraceContaining("Cannot generate: " + message);
  }

  static void predict(TableEnvironment tables, String text) {
    tables.createTemporaryView("words", tables.sqlQuery("SELECT %s AS x".formatted(text)));
    tables.executeSql(PREDICT).collect().forEachRemaining(row -> {});
  }

  private static String topic(EmbeddedKafka kafka, String name, String columns) {
    return """
    CREATE TABLE %s (%s) WITH ('connector' = 'kafka', 'topic' = '%s', 'format' = 'json',
      'properties.bootstrap.servers' = '%s', 'scan.startup.mode' = 'earliest-offset',
      'scan.bounded.mode' = 'latest-offset')
    """
        .formatted(name, columns, name, kafka.bootstrapServers());
  }

  private static void send(EmbeddedKafka kafka, Map<String, String> texts) throws IOException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Map.Entry<String, String> entry : texts.entrySet()) {
        byte[] value =
            new ObjectMapper()
                .writeValueAsBytes(Map.of("id", entry.getKey(), "text", entry.getValue()));
        var unused = producer.send(new ProducerRecord<>("messages", value));
      }
    }
  }

  private static String value(List<ExtractedField> fields, String name) {
    ExtractedField field = field(fields, name);
    return field == null ? null : field.getValue();
  }

  private static ExtractedField field(List<ExtractedField> fields, String name) {
    return fields.stream().filter(f -> f.getName().equals(name)).findFirst().orElse(null);
  }
}
