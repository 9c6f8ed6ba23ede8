package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.GenericInMemoryCatalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedCatalogView;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableAlreadyExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;

/**
 * The topics of a pipeline as tables, and flat views of what is nested in them, twice: the database
 * {@code snapshot} ends where the topics end when a query starts, {@code live} never. What else a
 * session makes stays in memory.
 *
 * <p>Gives tables as they were declared, as a catalog on disk would: batch and streaming mode see
 * other types in them, and one catalog may serve both.
 */
final class PipelineCatalog extends GenericInMemoryCatalog {
  static final String SNAPSHOT = "snapshot";
  static final String LIVE = "live";

  private PipelineCatalog(String name) {
    super(name, SNAPSHOT);
  }

  /**
   * Makes a catalog, named as the pipeline is.
   *
   * @param pipeline whose topics
   * @param from where the tables begin
   */
  static PipelineCatalog of(Pipeline pipeline, Position from) {
    PipelineCatalog catalog = new PipelineCatalog(pipeline.name());
    try {
      catalog.createDatabase(LIVE, new CatalogDatabaseImpl(Map.of(), "What comes"), false);
      catalog.fill(pipeline, from, SNAPSHOT);
      catalog.fill(pipeline, from, LIVE);
    } catch (DatabaseAlreadyExistException
        | DatabaseNotExistException
        | TableAlreadyExistException e) {
      throw new IllegalStateException(e);
    }
    return catalog;
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
      throws DatabaseNotExistException, TableAlreadyExistException {
    Map<String, String> client =
        pipeline.kafka().clientProperties().entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().toString(), entry -> entry.getValue().toString()));
    for (TopicTable table :
        List.of(TopicTable.enriched(pipeline), TopicTable.deadLetters(pipeline))) {
      createTable(
          new ObjectPath(database, table.name()),
          table.descriptor(client, from, database.equals(LIVE)).toCatalogTable(),
          false);
    }
    for (PipelineView view : PipelineView.of(pipeline)) {
      createTable(new ObjectPath(database, view.name()), view.in(getName(), database), false);
    }
  }
}
