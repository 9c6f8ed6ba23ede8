package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.ExtractedField;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions of the module over the shipped checkpoint. */
@Timeout(600)
class SqlFunctionITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  private static final int MESSAGES = 20;
  private static final String LABELS =
      "\"card_arrival\", \"change_pin\", \"exchange_rate\", \"restaurant_reservation\","
          + " \"play_music\"";

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void labelsMayComeWithTheRow(String mode) throws IOException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    Map<String, Classification> five = classified(texts, "\"labels\": [%s]".formatted(LABELS));
    Map<String, Classification> two =
        classified(
            texts,
            """
            "labels": [{"name": "money", "description": "cards and payments"}, "music"]
            """);
    TableEnvironment tables = loaded(mode, "");
    tables.createTemporaryView("messages", TestingSql.values(tables, texts));

    List<Row> rows =
        TestingSql.rows(
            tables,
            """
            SELECT id, AI_CLASSIFY(`text`, ARRAY[%s]),
              AI_CLASSIFY(`text`, MAP['money', 'cards and payments', 'music', CAST(NULL AS STRING)])
            FROM messages
            """
                .formatted(LABELS.replace('"', '\'')));
    assertThat(rows).hasSize(texts.size());
    for (Row row : rows) {
      String id = row.getFieldAs(0);
      assertIs(five.get(id), row.getFieldAs(1));
      assertIs(two.get(id), row.getFieldAs(2));
    }
  }

  /** As an option of a function and of a model. */
  @Test
  void examplesAreShownAsTheJobShowsThem() throws IOException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    String examples = "[{\"text\": \"Is it in the post?\", \"label\": \"card_arrival\"}]";
    Map<String, Classification> without = classified(texts, "\"labels\": [%s]".formatted(LABELS));
    Map<String, Classification> with =
        classified(texts, "\"labels\": [%s], \"examples\": %s".formatted(LABELS, examples));
    assertThat(with.values())
        .extracting(Classification::getScore)
        .isNotEqualTo(without.values().stream().map(Classification::getScore).toList());
    TableEnvironment tables = loaded("batch", "");
    tables.createTemporaryView("messages", TestingSql.values(tables, texts));
    tables.executeSql(
        """
        CREATE MODEL shown INPUT (`text` STRING) OUTPUT (label STRING, score DOUBLE)
        WITH ('provider' = 'flan-ul2', 'model.path' = '%s', 'task' = 'classification',
          'labels' = '[%s]', 'examples' = '%s')
        """
            .formatted(TestingSql.MODEL, LABELS, examples));

    List<Row> rows =
        TestingSql.rows(
            tables,
            """
            SELECT id, AI_CLASSIFY(`text`, ARRAY[%s], MAP['examples', '%s']), label, score
            FROM ML_PREDICT(TABLE messages, MODEL shown, DESCRIPTOR(`text`))
            """
                .formatted(LABELS.replace('"', '\''), examples));
    assertThat(rows).hasSize(texts.size());
    for (Row row : rows) {
      Classification expected = with.get(row.<String>getFieldAs(0));
      assertIs(expected, row.getFieldAs(1));
      assertThat(row.getField(2)).isEqualTo(expected.getLabel());
      assertThat(row.<Double>getFieldAs(3)).isCloseTo(expected.getScore(), within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void everyFieldHasItsValues(String mode) throws IOException {
    Map<String, String> texts = TestingSql.texts(MESSAGES);
    Map<String, List<ExtractedField>> expected = new LinkedHashMap<>();
    TestingSql.answers(
        texts,
        """
        {"name": "booking", "type": "extraction", "fields-at-once": true, "threshold": 0.85,
          "fields": ["people", "date", "time"]}
        """,
        (id, results) -> expected.put(id, results.extractions().get(0).getFields()));
    TableEnvironment tables = loaded(mode, "");
    tables.createTemporaryView("messages", TestingSql.values(tables, texts));

    int found = 0;
    for (Row row :
        TestingSql.rows(
            tables,
            """
            SELECT id, AI_EXTRACT(`text`, ARRAY['people', 'date', 'time'],
              MAP['fields-at-once', 'true', 'threshold', '0.85'])
            FROM messages
            """)) {
      Map<String, Row[]> values = row.getFieldAs(1);
      assertThat(values).containsOnlyKeys("people", "date", "time");
      for (ExtractedField field : expected.remove(row.<String>getFieldAs(0))) {
        Row value = values.get(field.getName())[0];
        assertThat(value.getField(0)).isEqualTo(field.getValue());
        assertThat(value.getField(1)).isEqualTo(field.getStart());
        assertThat(value.getField(2)).isEqualTo(field.getEnd());
        assertThat(value.<Double>getFieldAs(3)).isCloseTo(field.getScore(), within(1e-4));
        found++;
      }
    }
    assertThat(expected).isEmpty();
    assertThat(found).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void severalLabelsTextAndNulls(String mode) {
    TableEnvironment tables = loaded(mode, "");
    Row row =
        TestingSql.rows(
                tables,
                """
                SELECT AI_CLASSIFY(x, ARRAY['a', 'b', 'c'],
                    MAP['multi-label', 'threshold', 'threshold', '0.0001']),
                  AI_CLASSIFY(x, ARRAY['a', 'b'], MAP['threshold', '1.0']),
                  AI_CLASSIFY(CAST(NULL AS STRING), ARRAY['a', 'b']),
                  AI_GENERATE('Which label fits the text best?\\n\\nText: ' || x,
                    MAP['max-new-tokens', '8', 'num-beams', '2'])
                FROM (VALUES ('what is the weather like in paris today')) AS t (x)
                """)
            .get(0);
    assertThat(row.<Row[]>getFieldAs(0)).extracting(label -> label.getField(0)).contains("a", "b");
    assertThat(row.<Row[]>getFieldAs(1)).isEmpty();
    assertThat(row.getField(2)).isNull();
    assertThat(row.<String>getFieldAs(3)).isNotBlank();
  }

  @Test
  void textsAreMasked() {
    TableEnvironment tables = loaded("batch", "");
    assertThat(
            TestingSql.rows(
                tables,
                """
                SELECT AI_MASK(x), AI_MASK(x, MAP['forms', 'email, card'])
                FROM (VALUES ('a@b.example, GB82 WEST 1234 5698 7654 32, A@B.example')) AS t (x)
                """))
        .containsExactly(
            Row.of(
                "[EMAIL_1], [IBAN_1], [EMAIL_1]",
                "[EMAIL_1], GB82 WEST 1234 5698 7654 32, [EMAIL_1]"));
    assertThat(
            TestingSql.rows(tables, "SELECT AI_MASK('call Ann Lee now', MAP['fields', 'name'])")
                .get(0)
                .<String>getFieldAs(0))
        .isNotBlank();
    assertThatThrownBy(() -> TestingSql.rows(tables, "SELECT AI_MASK('x', MAP['forms', 'mail'])"))
        .hasStackTraceContaining(
            "Cannot ask AI_MASK: forms[0] must be one of email, iban, card, phone, got mail");
  }

  /** They follow the prompt at once, where other functions have labels or fields. */
  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void optionsOfAGenerationAreFollowedAndChecked(String mode) {
    TableEnvironment tables = loaded(mode, "");
    Row row =
        TestingSql.rows(
                tables,
                """
                SELECT AI_GENERATE(x), AI_GENERATE(x, MAP['max-new-tokens', '1'])
                FROM (VALUES ('Which label fits the text best?\n\nText: play some jazz')) AS t (x)
                """)
            .get(0);
    assertThat(row.<String>getFieldAs(0))
        .startsWith(row.getFieldAs(1))
        .isNotEqualTo(row.getField(1));
    assertThatThrownBy(
            () -> TestingSql.rows(tables, "SELECT AI_GENERATE('x', MAP['max-new-tokens', 'abc'])"))
        .rootCause()
        .hasMessageContaining("'max-new-tokens'")
        .hasMessageContaining("\"abc\"");
    assertThatThrownBy(() -> TestingSql.rows(tables, "SELECT AI_GENERATE('x', MAP['foo', '1'])"))
        .rootCause()
        .hasMessageContaining("Cannot ask AI_GENERATE: there is no option foo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void rowsWithoutAnAnswerFailTheQueryUnlessTheyMayBeNull(String mode) {
    String query =
        "SELECT AI_CLASSIFY(REPEAT('word ', x), ARRAY['a', 'b']) FROM (VALUES (1), (100)) AS t (x)";
    assertThatThrownBy(
            () -> TestingSql.rows(loaded(mode, ", 'model.max-input-tokens' = '40'"), query))
        .rootCause()
        .hasMessageContaining("model.max-input-tokens = 40");
    assertThat(
            TestingSql.rows(
                loaded(mode, ", 'model.max-input-tokens' = '40', 'error-mode' = 'null'"), query))
        .filteredOn(row -> row.getField(0) == null)
        .hasSize(1);
    assertThatThrownBy(
            () -> TestingSql.rows(loaded(mode, ""), "SELECT AI_CLASSIFY('x', ARRAY['a', 'a'])"))
        .rootCause()
        .hasMessageContaining("Cannot ask AI_CLASSIFY: labels[1]");
  }

  /** By option: the query fails and names it, it is null, or it says why. */
  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void aRowWithoutAnAnswerIsNamedOrNullOrSaysWhy(String mode) {
    TableEnvironment tables = loaded(mode, ", 'model.max-input-tokens' = '40'");
    String call =
        "SELECT id, %s(REPEAT('word ', x), ARRAY['a', 'b']%s)"
            + " FROM (VALUES ('m-1', 1), ('m-2', 100)) AS t (id, x)";
    assertThatThrownBy(() -> TestingSql.rows(tables, call.formatted("AI_CLASSIFY", "")))
        .rootCause()
        .hasMessageStartingWith("Cannot answer row \"word word word word word word word word …\": ")
        .hasMessageContaining("model.max-input-tokens = 40");
    assertThatThrownBy(
            () ->
                TestingSql.rows(
                    tables, call.formatted("AI_CLASSIFY", ", MAP['row', 'message ' || id]")))
        .rootCause()
        .hasMessageStartingWith("Cannot answer row message m-2: ");
    Map<Object, Object> nulls = new TreeMap<>();
    TestingSql.rows(tables, call.formatted("AI_CLASSIFY", ", MAP['error-mode', 'null']"))
        .forEach(row -> nulls.put(row.getField(0), row.getField(1) == null));
    assertThat(nulls).isEqualTo(Map.of("m-1", false, "m-2", true));
    Map<Object, Row> tried = new TreeMap<>();
    TestingSql.rows(tables, call.formatted("TRY_AI_CLASSIFY", ""))
        .forEach(row -> tried.put(row.getField(0), row.getFieldAs(1)));
    assertThat(tried.get("m-1").<Row[]>getFieldAs("answer")).hasSize(1);
    assertThat(tried.get("m-1").getField("error_code")).isNull();
    assertThat(tried.get("m-2").getField("answer")).isNull();
    assertThat(tried.get("m-2").getField("error_code")).isEqualTo("TOO_MANY_TOKENS");
    assertThat(tried.get("m-2").<String>getFieldAs("error_message"))
        .contains("model.max-input-tokens = 40");
    assertThatThrownBy(
            () ->
                TestingSql.rows(
                    tables, call.formatted("AI_CLASSIFY", ", MAP['error-mode', 'ignore']")))
        .rootCause()
        .hasMessageContaining(
            "Cannot ask AI_CLASSIFY: error-mode must be one of fail, null, got ignore");
    tables.getConfig().set("error-mode", "null");
    assertThat(TestingSql.rows(tables, call.formatted("AI_CLASSIFY", ""))).hasSize(2);
  }

  /** Among names one counts as not there, as a description or an option as not given. */
  @ParameterizedTest
  @ValueSource(strings = {"streaming", "batch"})
  void nullsInArraysAndMaps(String mode) {
    Row row =
        TestingSql.rows(
                loaded(mode, ""),
                """
                SELECT AI_CLASSIFY(x, ARRAY['a', 'b']), AI_CLASSIFY(x, ARRAY['a', n, 'b']),
                  AI_CLASSIFY(x, MAP['a', n, 'b', n]),
                  AI_CLASSIFY(x, ARRAY['a', 'b'], MAP['threshold', n]),
                  AI_CLASSIFY(x, ARRAY[n, n], MAP['error-mode', 'null']),
                  TRY_AI_CLASSIFY(x, ARRAY[n, n]), TRY_AI_CLASSIFY(n, ARRAY['a', 'b'])
                FROM (VALUES ('what is the weather like', CAST(NULL AS STRING))) AS t (x, n)
                """)
            .get(0);
    for (int same = 1; same <= 3; same++) {
      assertThat(row.<Row[]>getFieldAs(same)).isEqualTo(row.<Row[]>getFieldAs(0)).isNotEmpty();
    }
    assertThat(row.getField(4)).isNull();
    assertThat(row.<Row>getFieldAs(5).getField("error_code")).isEqualTo("INVALID_QUESTION");
    assertThat(row.getField(6)).isNull();
  }

  /** Whether they are asked by a function or by ML_PREDICT. */
  @Test
  void oneModelIsShared() {
    TableEnvironment tables = TestingSql.environment("streaming", SERVERS.flink());
    tables.getConfig().set("model.path", TestingSql.MODEL.toString());
    tables.getConfig().set("model.batch.max-requests", "7");
    tables.executeSql("LOAD MODULE flanstream");
    tables.executeSql(
        """
        CREATE MODEL intent INPUT (`text` STRING) OUTPUT (label STRING)
        WITH ('provider' = 'flan-ul2', 'task' = 'classification', 'labels' = 'a, b')
        """);
    tables.createTemporaryView("words", tables.sqlQuery("SELECT 'word' AS x"));
    long before = SharedModels.loads();
    assertThat(
            TestingSql.rows(
                tables,
                """
                SELECT label, AI_CLASSIFY(x, ARRAY['a', 'b'])[1].label
                FROM ML_PREDICT(TABLE words, MODEL intent, DESCRIPTOR(x))
                """))
        .singleElement()
        .satisfies(row -> assertThat(row.getField(1)).isEqualTo(row.getField(0)));
    assertThat(SharedModels.loads() - before).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "AI_CLASSIFY(1, ARRAY['a', 'b'])         | Argument 1 of AI_CLASSIFY must be STRING, got"
            + " INT",
        "AI_CLASSIFY('x', ARRAY[1, 2])           | Argument 2 of AI_CLASSIFY must be ARRAY<STRING>"
            + " or MAP<STRING, STRING>, got ARRAY<INT",
        "AI_EXTRACT('x', 'date')                 | Argument 2 of AI_EXTRACT must be ARRAY<STRING>"
            + " or MAP<STRING, STRING>, got CHAR(4)",
        "AI_EXTRACT('x', ARRAY['date'], 'date')  | Argument 3 of AI_EXTRACT must be MAP<STRING,"
            + " STRING>, got CHAR(4)",
        "AI_GENERATE('x', 8)                     | Argument 2 of AI_GENERATE must be MAP<STRING,"
            + " STRING>, got INT",
        "AI_GENERATE()                           | AI_GENERATE",
      })
  void wrongTypesShowWhenAQueryIsPlanned(String call, String message) {
    for (String mode : List.of("streaming", "batch")) {
      assertThatThrownBy(() -> loaded(mode, "").explainSql("SELECT " + call))
          .hasStackTraceContaining(message);
    }
  }

  @Test
  void whatIsMissingShowsWhenAQueryIsPlanned() {
    TableEnvironment tables = TestingSql.environment("batch", SERVERS.flink());
    tables.executeSql("LOAD MODULE flanstream");
    assertThatThrownBy(() -> tables.explainSql("SELECT AI_GENERATE('x')"))
        .hasStackTraceContaining("Cannot open model: model.path must be set");
    assertThatThrownBy(
            () ->
                TestingSql.environment("batch", SERVERS.flink())
                    .executeSql("LOAD MODULE flanstream WITH ('model.paht' = 'x')"))
        .hasStackTraceContaining(
            "Unsupported options found for 'flanstream': model.paht (did you mean model.path?)");
  }

  private static TableEnvironment loaded(String mode, String options) {
    TableEnvironment tables = TestingSql.environment(mode, SERVERS.flink());
    tables.getConfig().set(ExecutionOptions.RUNTIME_MODE.key(), mode);
    tables.executeSql(
        "LOAD MODULE flanstream WITH ('model.path' = '%s'%s)".formatted(TestingSql.MODEL, options));
    return tables;
  }

  private static Map<String, Classification> classified(Map<String, String> texts, String labels)
      throws IOException {
    Map<String, Classification> expected = new LinkedHashMap<>();
    TestingSql.answers(
        texts,
        "{\"name\": \"intent\", \"type\": \"classification\", %s}".formatted(labels),
        (id, results) -> expected.put(id, results.classifications().get(0)));
    return expected;
  }

  private static void assertIs(Classification expected, Row[] labels) {
    assertThat(labels).hasSize(1);
    assertThat(labels[0].getField(0)).isEqualTo(expected.getLabel());
    assertThat(labels[0].<Double>getFieldAs(1)).isCloseTo(expected.getScore(), within(1e-4));
  }
}
