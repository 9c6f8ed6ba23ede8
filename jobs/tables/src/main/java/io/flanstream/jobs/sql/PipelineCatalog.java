package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.model.flink.table.RowNamed;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogFunctionImpl;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedCatalogView;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotEmptyException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.FunctionAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.types.DataType;

/**
 * The topics of a pipeline as tables, and views of what is nested in them, twice: the database
 * {@code snapshot} ends where the topics end when a query starts, {@code live} never. {@code
 * connection} has no columns: other topics of the same Kafka become tables that are {@code LIKE}
 * it, or {@code LIKE registry_connection} where their schemas are in the pipeline's registry. Where
 * the pipeline keeps a history, the database {@code history} has the enriched events that are in
 * its table, and the same views of them. What a session makes stays in memory. No table shows a
 * secret among its options.
 *
 * <p>Gives tables as they were declared, as a catalog on disk would: batch and streaming mode see
 * other types in them, and one catalog may serve both.
 */
final class PipelineCatalog extends GenericInMemoryCatalog {
  static final String SNAPSHOT = "snapshot";
  static final String LIVE = "live";
  static final String HISTORY = "history";
  private static final String CONNECTION = "connection";
  private static final String REGISTRY_CONNECTION = "registry_connection";
  private static final Set<String> TABLES =
      Set.of(
          CONNECTION,
          REGISTRY_CONNECTION,
          "enriched",
          "dead_letters",
          "classifications",
          "extractions",
          "generations",
          WideView.NAME,
          HistoryTable.CATALOG);
  private static final String ROW_NAMED = "row_named";
  private static final String UTC_TIME = "utc_time";
  private static final String ID = "id";
  private static final Map<String, DataType> EVENT =
      columns(
          DataTypes.STRING().notNull(),
          DataTypes.TIMESTAMP(3).notNull(),
          RecordTime.COLUMN,
          DataTypes.TIMESTAMP_LTZ(3));
  private static final Map<String, DataType> DATED_EVENT =
      columns(DataTypes.STRING(), DataTypes.TIMESTAMP(3), HistoryTable.DAY, DataTypes.DATE());

  /** What the pipeline has, which no session may drop or change. */
  private Set<ObjectPath> own = Set.of();

  private PipelineCatalog(String name) {
    super(name, SNAPSHOT);
  }

  /**
   * Makes a catalog, named as the pipeline is, unless a table has that name: the first part of a
   * path to a view's table would be taken for that table.
   *
   * @param pipeline whose topics
   * @param from where the tables begin
   */
  static PipelineCatalog of(Pipeline pipeline, Position from) {
    PipelineCatalog catalog = new PipelineCatalog(name(pipeline));
    try {
      catalog.createDatabase(LIVE, new CatalogDatabaseImpl(Map.of(), "What comes"), false);
      catalog.fill(pipeline, from, SNAPSHOT);
      catalog.fill(pipeline, from, LIVE);
      if (pipeline.history().isPresent()) {
        catalog.createDatabase(HISTORY, new CatalogDatabaseImpl(Map.of(), "What was kept"), false);
        catalog.createTable(
            new ObjectPath(HISTORY, TopicTable.ENRICHED), HistoryTable.of(pipeline).view(), false);
        catalog.addViews(pipeline, HISTORY, DATED_EVENT);
      }
      catalog.own = catalog.all();
    } catch (DatabaseAlreadyExistException
        | DatabaseNotExistException
        | FunctionAlreadyExistException
        | TableAlreadyExistException e) {
      throw new IllegalStateException(e);
    }
    return catalog;
  }

  private Set<ObjectPath> all() throws DatabaseNotExistException {
    Set<ObjectPath> all = new HashSet<>();
    for (String database : listDatabases()) {
      listTables(database).forEach(table -> all.add(new ObjectPath(database, table)));
      listFunctions(database).forEach(function -> all.add(new ObjectPath(database, function)));
    }
    return Set.copyOf(all);
  }

  @Override
  public void dropTable(ObjectPath path, boolean ignoreIfNotExists) throws TableNotExistException {
    check("drop", path);
    super.dropTable(path, ignoreIfNotExists);
  }

  @Override
  public void renameTable(ObjectPath path, String name, boolean ignoreIfNotExists)
      throws TableNotExistException, TableAlreadyExistException {
    check("rename", path);
    super.renameTable(path, name, ignoreIfNotExists);
  }

  @Override
  public void alterTable(ObjectPath path, CatalogBaseTable table, boolean ignoreIfNotExists)
      throws TableNotExistException {
    check("change", path);
    super.alterTable(path, table, ignoreIfNotExists);
  }

  @Override
  public void dropFunction(ObjectPath path, boolean ignoreIfNotExists)
      throws FunctionNotExistException {
    check("drop", path);
    super.dropFunction(path, ignoreIfNotExists);
  }

  @Override
  public void dropDatabase(String database, boolean ignoreIfNotExists, boolean cascade)
      throws DatabaseNotExistException, DatabaseNotEmptyException {
    if (own.stream().anyMatch(path -> path.getDatabaseName().equals(database))) {
      throw new CatalogException(
          "Cannot drop database %s: it belongs to the pipeline".formatted(database));
    }
    super.dropDatabase(database, ignoreIfNotExists, cascade);
  }

  private void check(String action, ObjectPath path) {
    if (own.contains(path)) {
      throw new CatalogException(
          "Cannot %s %s: it belongs to the pipeline".formatted(action, path.getFullName()));
    }
  }

  /** What the catalog of a pipeline is called. */
  static String name(Pipeline pipeline) {
    return TABLES.contains(pipeline.name()) ? pipeline.name() + "_pipeline" : pipeline.name();
  }

  @Override
  public CatalogBaseTable getTable(ObjectPath path)
      throws CatalogException, TableNotExistException {
    CatalogBaseTable table = super.getTable(path);
    if (table instanceof ResolvedCatalogTable resolved) {
      return resolved.getOrigin();
    }
    return table instanceof ResolvedCatalogView resolved ? resolved.getOrigin() : table;
  }

  private void fill(Pipeline pipeline, Position from, String database)
      throws DatabaseNotExistException, TableAlreadyExistException, FunctionAlreadyExistException {
    KafkaConnection kafka = KafkaConnection.of(pipeline, from, database.equals(LIVE));
    createFunction(
        new ObjectPath(database, UTC_TIME),
        new CatalogFunctionImpl(UtcTime.class.getName()),
        false);
    String utcTime = "`%s`.`%s`.%s".formatted(getName(), database, UTC_TIME);
    TableDescriptor connection = kafka.table(Schema.newBuilder().build()).build();
    put(database, CONNECTION, connection, pipeline);
    if (pipeline.registry().isPresent()) {
      put(
          database,
          REGISTRY_CONNECTION,
          connection.toBuilder()
              .format(FramedAvroFormatFactory.descriptor(pipeline.registry().get()))
              .build(),
          pipeline);
    }
    TableDescriptor enriched =
        AnswersTable.isOf(pipeline)
            ? new AnswersTable(pipeline).descriptor(kafka, utcTime)
            : TopicTable.enriched(pipeline).descriptor(kafka, utcTime);
    put(database, TopicTable.ENRICHED, enriched, pipeline);
    TopicTable deadLetters = TopicTable.deadLetters(pipeline);
    put(database, deadLetters.name(), deadLetters.descriptor(kafka, utcTime), pipeline);
    addViews(pipeline, database, EVENT);
  }

  /** What is nested in the enriched events of a database. */
  private void addViews(Pipeline pipeline, String database, Map<String, DataType> keys)
      throws DatabaseNotExistException, TableAlreadyExistException, FunctionAlreadyExistException {
    createFunction(
        new ObjectPath(database, ROW_NAMED),
        new CatalogFunctionImpl(RowNamed.class.getName()),
        false);
    for (PipelineView view : PipelineView.of(pipeline, keys.keySet())) {
      createTable(new ObjectPath(database, view.name()), view.in(getName(), database, keys), false);
    }
  }

  private static Map<String, DataType> columns(
      DataType id, DataType eventTime, String other, DataType otherType) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put(ID, id);
    columns.put(TopicTable.EVENT_TIME, eventTime);
    columns.put(other, otherType);
    return columns;
  }

  private void put(String database, String name, TableDescriptor table, Pipeline pipeline)
      throws DatabaseNotExistException, TableAlreadyExistException {
    createTable(
        new ObjectPath(database, name),
        TableSecrets.hidden(table.toCatalogTable(), pipeline.name()),
        false);
  }
}
