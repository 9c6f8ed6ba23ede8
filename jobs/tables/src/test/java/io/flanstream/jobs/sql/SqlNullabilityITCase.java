package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may be null is declared so: Flink leaves out a condition on what cannot be, and counts other
 * rows than there are.
 */
@Timeout(600)
class SqlNullabilityITCase {
  private static final Set<String> ALWAYS_THERE =
      Set.of(
          "id",
          "eventTime",
          "event_time",
          "source",
          "classifications",
          "extractions",
          "status",
          "fidelity",
          "model",
          "payloadLength",
          "payloadHash",
          "headers",
          "stage",
          "code",
          "message",
          "attempts");

  /** Places in the tables where there may be nothing. */
  private static final Map<String, String> PLACES =
      Map.of(
          "e.classifications[1].label", "enriched AS e",
          "e.classifications[9].label", "enriched AS e",
          "e.classifications[9].score", "enriched AS e",
          "e.extractions[1].fields[2].score", "enriched AS e",
          "e.attributes['nothing']", "enriched AS e",
          "e.source.`topic`", "dead_letters AS d LEFT JOIN enriched AS e ON d.code = e.id",
          "e.fidelity.inputTokens", "dead_letters AS d LEFT JOIN enriched AS e ON d.code = e.id",
          "c.score", "enriched AS e LEFT JOIN classifications AS c ON e.id = c.label",
          "x.`start`", "enriched AS e LEFT JOIN extractions AS x ON e.id = x.field");

  @TempDir private static Path directory;
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  @BeforeAll
  static void fillTopics() throws IOException, ExecutionException, InterruptedException {
    SERVERS.kafka().createTopics(1, "enriched-avro", "dead-avro", "enriched-json", "dead-json");
    try (KafkaProducer<byte[], byte[]> producer = SERVERS.producer()) {
      for (String label : new String[] {"refund", null}) {
        var event = TestingResults.event("m-" + label, label, "20 quid");
        TestingResults.send(producer, "enriched-avro", event);
        TestingResults.send(producer, "enriched-json", "k", TestingResults.json(event));
      }
      var letter = TestingResults.deadLetter();
      TestingResults.send(producer, "dead-avro", "k", TestingResults.bytes(letter));
      TestingResults.send(producer, "dead-json", "k", TestingResults.json(letter));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"avro", "json"})
  void conditionsCountWhatTheyShould(String format) {
    SqlSession session = SqlSession.open(pipeline(format), SERVERS.flink());
    for (String answer : List.of("intent", "intent_score", "amount", "`date`", "seats")) {
      assertConsistent(session, answer, "answers AS a");
    }
    PLACES.forEach((place, table) -> assertConsistent(session, place, table));
  }

  /** All ways to ask whether there is something agree; an aggregate looks at the values. */
  private static void assertConsistent(SqlSession session, String value, String table) {
    List<String> counts = new ArrayList<>();
    String query =
        String.join(
            " UNION ALL ",
            "SELECT COUNT(%1$s) FROM %2$s",
            "SELECT COUNT(*) FROM %2$s WHERE %1$s IS NOT NULL",
            "SELECT COUNT(*) - (SELECT COUNT(*) FROM %2$s WHERE %1$s IS NULL) FROM %2$s",
            "SELECT COALESCE(SUM(CASE WHEN %1$s IS NULL THEN 0 ELSE 1 END), 0) FROM %2$s");
    try (SqlResult result = session.execute(query.formatted(value, table))) {
      while (result.hasNext()) {
        counts.add(String.valueOf(result.next().getField(0)));
      }
    }
    assertThat(counts).as("%s in %s", value, table).hasSize(4);
    assertThat(Set.copyOf(counts)).as("%s in %s: %s", value, table, counts).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"avro", "avro-confluent", "json"})
  void nothingThatMayBeNullIsDeclaredNotNull(String format) {
    TableEnvironment batch = environment(EnvironmentSettings.newInstance().inBatchMode(), format);
    TableEnvironment tables =
        environment(EnvironmentSettings.newInstance().inStreamingMode(), format);
    for (String database : tables.listDatabases()) {
      tables.useDatabase(database);
      for (String table : tables.listTables()) {
        if (!table.endsWith("connection") && !database.equals(PipelineCatalog.HISTORY)) {
          assertDeclared(tables, batch, database, table);
        }
      }
    }
  }

  private static void assertDeclared(
      TableEnvironment tables, TableEnvironment batch, String database, String table) {
    List<String> columns = new ArrayList<>();
    for (Column column : tables.from(table).getResolvedSchema().getColumns()) {
      String path = "%s.%s.%s".formatted(database, table, column.getName());
      LogicalType type = column.getDataType().getLogicalType();
      columns.add(column.getName() + " " + plain(type));
      assertThat(type.isNullable() || ALWAYS_THERE.contains(column.getName())).as(path).isTrue();
      type.getChildren().forEach(child -> assertNullable(path, child));
    }
    // What DESCRIBE says of a view is what its query gives.
    assertThat(columns)
        .isEqualTo(
            tables
                .sqlQuery("SELECT * FROM `%s`".formatted(table))
                .getResolvedSchema()
                .getColumns()
                .stream()
                .map(c -> c.getName() + " " + plain(c.getDataType().getLogicalType()))
                .toList());
    List<String> described = new ArrayList<>();
    batch
        .executeSql("DESCRIBE `%s`.`%s`".formatted(database, table))
        .collect()
        .forEachRemaining(
            row ->
                described.add(
                    "%s %s%s"
                        .formatted(
                            row.getField(0),
                            row.getField(1).toString().replace(" *ROWTIME*", ""),
                            Boolean.TRUE.equals(row.getField(2)) ? "" : " NOT NULL")));
    assertThat(described).isEqualTo(columns);
  }

  /** Without what a type is besides for event time. */
  private static String plain(LogicalType type) {
    return LogicalTypeChecks.isTimeAttribute(type)
        ? "TIMESTAMP(3)" + (type.isNullable() ? "" : " NOT NULL")
        : type.asSummaryString();
  }

  private static void assertNullable(String path, LogicalType type) {
    String at = type instanceof RowType row ? path + row.getFieldNames() : path;
    assertThat(type.isNullable()).as(at).isTrue();
    type.getChildren().forEach(child -> assertNullable(at, child));
  }

  @SuppressWarnings("deprecation") // What Flink would rather have makes another catalog.
  private static TableEnvironment environment(EnvironmentSettings.Builder settings, String format) {
    Pipeline pipeline = pipeline(format);
    TableEnvironment tables =
        TableEnvironment.create(settings.withCatalogStore(HistoryTable.catalogs(pipeline)).build());
    tables.registerCatalog("test", PipelineCatalog.of(pipeline, new Position.Earliest()));
    tables.useCatalog("test");
    return tables;
  }

  private static Pipeline pipeline(String format) {
    return SERVERS.pipeline(
        "test",
        "registry: { url: \"http://127.0.0.1:1\" }",
        """
        tasks:
          - { name: intent, type: classification, labels: [refund, other] }
          - name: details
            type: extraction
            fields: [amount, date, { name: seats, type: integer }]
        """,
        "sink: { topic: enriched-%1$s, format: %1$s }".formatted(format),
        "dead-letters: { topic: dead-%1$s, format: %1$s }".formatted(format),
        "history: { path: \"%s\" }".formatted(directory));
  }
}
