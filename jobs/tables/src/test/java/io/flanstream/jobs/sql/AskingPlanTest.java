package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements of batch mode may ask the model as streaming mode does. */
class AskingPlanTest {
  private static final String ASKED = "AI_CLASSIFY(`text`, ARRAY['a', 'b'])";

  private static TableEnvironment batch;
  private static TableEnvironment streaming;

  @BeforeAll
  static void plan() {
    batch = environment("batch");
    streaming = environment("streaming");
    streaming.getConfig().set(AskingPlan.SORTS, "true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, ASKED[1].label FROM messages",
        "SELECT id, ASKED FROM messages WHERE id <> 'x'",
        "SELECT id FROM messages WHERE ASKED[1].label = 'a'",
        "SELECT id, ASKED FROM messages UNION ALL SELECT id, ASKED FROM messages",
        "SELECT id, word, ASKED FROM messages CROSS JOIN UNNEST(words) AS t (word)",
        "SELECT * FROM asked",
        "SELECT id, ASKED FROM (VALUES ('m', 'a text')) AS m (id, `text`)",
        "SELECT id, ASKED FROM messages LIMIT 3",
        "INSERT INTO labelled SELECT id, ASKED[1].label FROM messages"
      })
  void whatOnlyReadsComputesAndUnnestsIsTheSame(String statement) {
    assertThat(way(statement)).isEqualTo(AskingPlan.Way.STREAMING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ASKED[1].label, COUNT(*) FROM messages GROUP BY ASKED[1].label",
        "SELECT id, ASKED FROM messages ORDER BY id",
        "SELECT DISTINCT id, ASKED[1].label FROM messages",
        "SELECT label, COUNT(*) AS n FROM (SELECT ASKED[1].label AS label FROM messages)"
            + " GROUP BY label HAVING COUNT(*) > 1 ORDER BY n DESC",
        "SELECT ASKED[1].label, COUNT(*) AS n FROM messages GROUP BY ASKED[1].label"
            + " ORDER BY n DESC LIMIT 3",
        "WITH asked AS (SELECT ASKED[1].label AS label FROM messages)"
            + " SELECT label, COUNT(*) FROM asked GROUP BY label",
      })
  void whatGroupsOrSortsWhatWasAskedEndsTheSame(String statement) {
    assertThat(way(statement)).isEqualTo(AskingPlan.Way.SETTLED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT COUNT(*) FROM messages WHERE ASKED[1].label = 'a'"
            + " UNION ALL SELECT COUNT(*) FROM messages",
        "SELECT id, ASKED FROM (SELECT * FROM messages ORDER BY id LIMIT 3)",
        "INSERT INTO labelled SELECT DISTINCT id, ASKED[1].label FROM messages",
        "SELECT a.id, ASKED FROM messages AS a JOIN messages2 AS b ON a.id = b.id",
        "INSERT INTO files SELECT id, ASKED[1].label FROM messages",
        "SELECT id, ASKED FROM endless",
        "SELECT id, ASKED FROM nowhere",
        "SELECT id FROM messages",
        "SHOW TABLES",
      })
  void whatNeedsBatchModeStaysThere(String statement) {
    assertThat(way(statement)).isEqualTo(AskingPlan.Way.BATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT COUNT(*) FROM messages WHERE ASKED[1].label = 'a'",
        "SELECT n + 1 FROM (SELECT COUNT(*) AS n FROM messages WHERE ASKED[1].label = 'a')"
            + " WHERE n < 5 ORDER BY n",
        "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM messages GROUP BY ASKED[1].label)",
      })
  void totalsOfNothingAreThoseOfBatchMode(String statement) {
    assertThat(way(statement)).isEqualTo(AskingPlan.Way.TOTALS);
  }

  private static AskingPlan.Way way(String statement) {
    return AskingPlan.way(statement.replace("ASKED", ASKED), batch, streaming);
  }

  private static TableEnvironment environment(String mode) {
    TableEnvironment tables = TestingSql.planner(mode);
    tables.getConfig().set(ExecutionOptions.RUNTIME_MODE.key(), mode);
    tables.executeSql(
        "LOAD MODULE flanstream WITH ('model.path' = '%s')".formatted(TestingSql.MODEL));
    table(tables, "messages", "'number-of-rows' = '5',");
    table(tables, "endless", "");
    tables.executeSql(
        "CREATE TABLE messages2 (id STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '5')");
    tables.executeSql(
        "CREATE TABLE labelled (id STRING, label STRING) WITH ('connector' = 'blackhole')");
    tables.executeSql(
        "CREATE TABLE files (id STRING, label STRING) WITH ('connector' = 'filesystem',"
            + " 'path' = '/nowhere', 'format' = 'json')");
    tables.executeSql(
        "CREATE VIEW asked AS SELECT id, %s AS labels FROM messages".formatted(ASKED));
    return tables;
  }

  private static void table(TableEnvironment tables, String name, String rows) {
    tables.executeSql(
        "CREATE TABLE %s (id STRING, `text` STRING, words ARRAY<STRING>) WITH (%s 'connector' ="
                .formatted(name, rows)
            + " 'datagen')");
  }
}
