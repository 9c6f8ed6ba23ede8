package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.HistorySettings;
import io.flanstream.jobs.pipeline.Pipeline;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.JulianFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogDescriptor;
import org.apache.flink.table.catalog.CatalogStore;
import org.apache.flink.table.catalog.CatalogView;
import org.apache.flink.table.catalog.GenericInMemoryCatalogStore;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeTransformations;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.utils.DataTypeUtils;

/**
 * Enriched events in a table that outlives their topic: the records as they are on the topic, and
 * the day they are of, which the table is partitioned by. Tasks come and go without changing its
 * columns: a record says in {@code model.taskSetVersion} whose answers it has.
 *
 * @param name what the pipeline is called, and so the table
 * @param settings how it is kept
 * @param columns types of its columns by their names, without the day; all that is in them may be
 *     null, as it is where a field came with a later version
 */
record HistoryTable(String name, HistorySettings settings, Map<String, DataType> columns) {
  static final String CATALOG = "paimon";
  static final String DATABASE = "flanstream";
  static final String DAY = "day";
  private static final String ICEBERG = ", 'metadata.iceberg.storage' = 'table-location'";

  /** A reader finds the newest version, and opens it a moment later. */
  private static final String VERSIONS = ", 'metadata.iceberg.previous-versions-max' = '100'";

  /** Iceberg's times are in microseconds. */
  private static final DataType ICEBERG_TIME = DataTypes.TIMESTAMP(6);

  /**
   * A day begins a day before its last event, and Paimon takes now from the clock of its process'
   * time zone, which is at most 14 hours ahead: nothing goes before its time.
   */
  private static final Duration LAST_EVENT_ANYWHERE = Duration.ofHours(24 + 14);

  /**
   * Paimon hands its expiration a day as a number since 1970, and a pattern of Java's reads a
   * number as a day since 1858 alone: all days are early by as much.
   */
  private static final Duration DAYS_BEFORE_1970 =
      Duration.ofDays(-LocalDate.EPOCH.with(JulianFields.MODIFIED_JULIAN_DAY, 0).toEpochDay());

  private static final String TEXT = "text";
  private static final String TIME = "eventTime";

  /** The table of a pipeline that keeps its history. */
  static HistoryTable of(Pipeline pipeline) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    TopicTable.enriched(pipeline)
        .fields()
        .forEach(
            (name, type) ->
                columns.put(name, DataTypeUtils.transform(type, TypeTransformations.toNullable())));
    HistorySettings settings = pipeline.history().orElseThrow();
    if (settings.iceberg()) {
      columns.put(TIME, ICEBERG_TIME);
    }
    return new HistoryTable(pipeline.name(), settings, columns);
  }

  /** The consumer group under which it is committed what the table has. */
  static String groupId(Pipeline pipeline) {
    return pipeline.kafka().groupId() + "-history";
  }

  /** A store with the catalog of the table, which is opened when somebody asks for it. */
  static CatalogStore catalogs(Pipeline pipeline) {
    CatalogStore store = new GenericInMemoryCatalogStore();
    store.open();
    if (pipeline.history().isPresent()) {
      store.storeCatalog(
          CATALOG, CatalogDescriptor.of(CATALOG, Configuration.fromMap(catalogOptions(pipeline))));
    }
    return store;
  }

  /** The catalog that the table is in. */
  static Map<String, String> catalogOptions(Pipeline pipeline) {
    return Map.of(
        "type",
        "paimon",
        "warehouse",
        pipeline.history().orElseThrow().warehouse().toString(),
        "default-database",
        DATABASE);
  }

  /** The table's name in SQL. */
  String path() {
    return "`%s`.`%s`.`%s`".formatted(CATALOG, DATABASE, name);
  }

  /** Makes the table, where it is not there. */
  String create() {
    return """
    CREATE TABLE IF NOT EXISTS %1$s (%2$s, `%3$s` DATE) PARTITIONED BY (`%3$s`)
    WITH ('bucket' = '-1', 'file.format' = 'parquet', 'partition.legacy-name' = 'false'%4$s)
    """
        .formatted(path(), joined(this::declared), DAY, settings.iceberg() ? ICEBERG : "");
  }

  /**
   * What makes the columns of a table, which an earlier version of the records was kept in, those
   * of this version: what is new is null in the events that the table has.
   *
   * @throws SqlException if a later version wrote it
   */
  List<String> changes(ResolvedSchema present) {
    List<String> changes = new ArrayList<>();
    columns.forEach(
        (name, type) -> {
          Optional<LogicalType> had =
              present.getColumn(name).map(column -> column.getDataType().getLogicalType());
          LogicalType wanted = type.getLogicalType();
          if (had.isEmpty()) {
            changes.add("ALTER TABLE %s ADD (%s)".formatted(path(), declared(name)));
          } else if (!had.get().equals(wanted)) {
            if (!NestedFields.hasAll(wanted, had.get())) {
              throw SqlException.because(
                  "column %s of %s has fields of a later version".formatted(name, path()));
            }
            changes.add("ALTER TABLE %s MODIFY (%s)".formatted(path(), declared(name)));
          }
        });
    return changes;
  }

  /**
   * Goes on filling it from a table of the enriched topic. Without its floor, the last day before
   * 1970 would be cast to the first one after.
   */
  String insert(String enriched) {
    return """
    INSERT INTO %s /*+ OPTIONS(%s) */ (%s, `%s`)
    SELECT %s, CAST(FLOOR(%s TO DAY) AS DATE) FROM %s%s
    """
        .formatted(
            path(),
            options(),
            joined(HistoryTable::quoted),
            DAY,
            joined(this::value),
            value(TIME),
            enriched,
            settings.retention().map(this::young).orElse(""));
  }

  /** What is too old already would only be dropped; without a time, an event has no age. */
  private String young(Duration retention) {
    return """
     WHERE (%s < CAST(TIMESTAMPADD(SECOND, -%s, CURRENT_TIMESTAMP) AS TIMESTAMP(3))) IS NOT TRUE"""
        .formatted(value(TIME), retention.toSeconds());
  }

  /**
   * The events as they are on the topic, with the columns that Flink adds there, and their days.
   */
  CatalogView view() {
    String query =
        "SELECT %s, `%s`, %s AS %s FROM %s"
            .formatted(joined(this::kept), DAY, time(), TopicTable.EVENT_TIME, path());
    Schema.Builder schema = Schema.newBuilder();
    columns.forEach(
        (name, type) -> schema.column(name, name.equals(TIME) ? DataTypes.TIMESTAMP(3) : type));
    schema.column(DAY, DataTypes.DATE());
    schema.column(TopicTable.EVENT_TIME, DataTypes.TIMESTAMP(3));
    return CatalogView.of(schema.build(), null, query, query, Map.of());
  }

  private String kept(String column) {
    return column.equals(TIME) ? time() + " AS " + quoted(TIME) : quoted(column);
  }

  private String time() {
    return settings.iceberg() ? "CAST(%s AS TIMESTAMP(3))".formatted(quoted(TIME)) : quoted(TIME);
  }

  private String value(String column) {
    return switch (column) {
      case TEXT -> settings.keepText() ? quoted(TEXT) : "CAST(NULL AS STRING)";
      // JSON's times have a zone; this one is in UTC whatever the session's is.
      case TIME -> quoted(TopicTable.EVENT_TIME);
      default -> quoted(column);
    };
  }

  private String joined(UnaryOperator<String> sql) {
    return columns.keySet().stream().map(sql).collect(Collectors.joining(", "));
  }

  /** What may change from one run to the next, and so is not kept with the table. */
  private String options() {
    return """
    'write-only' = '%s', 'sink.parallelism' = '%s', 'sink.operator-uid.suffix' = 'history',
    'continuous.discovery-interval' = '%s ms'\
    """
            .formatted(
                !settings.compaction(),
                settings.parallelism(),
                settings.commitInterval().toMillis())
        + (settings.iceberg() ? VERSIONS : "")
        + settings.retention().map(HistoryTable::expiration).orElse("");
  }

  /**
   * Days go, and an hour later their files, where nothing comes too. Days before 1970, numbers with
   * a sign, stay: Paimon would fail to drop them.
   */
  private static String expiration(Duration retention) {
    return """
    , 'partition.expiration-time' = '%s ms', 'partition.expiration-check-interval' = '0 ms',
    'partition.timestamp-pattern' = '0$%s', 'partition.timestamp-formatter' = 'g',
    'partition.expiration-max-num' = '100000', 'commit.force-create-snapshot' = 'true'\
    """
        .formatted(retention.plus(LAST_EVENT_ANYWHERE).plus(DAYS_BEFORE_1970).toMillis(), DAY);
  }

  private String declared(String name) {
    return "%s %s"
        .formatted(quoted(name), columns.get(name).getLogicalType().asSerializableString());
  }

  private static String quoted(String name) {
    return "`" + name + "`";
  }
}
