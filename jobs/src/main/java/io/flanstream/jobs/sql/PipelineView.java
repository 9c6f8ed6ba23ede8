package io.flanstream.jobs.sql;

import static java.util.stream.Collectors.joining;

import io.flanstream.jobs.pipeline.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogView;

/**
 * A flat view of the enriched events.
 *
 * @param name name of the view
 * @param columns names of its columns, without the keys
 * @param query what it shows; {database} stands for where the events are, {keys} for the columns of
 *     an event that each of its rows has
 */
record PipelineView(String name, List<String> columns, String query) {
  private static final PipelineView CLASSIFICATIONS =
      new PipelineView(
          "classifications",
          List.of("task", "label", "score", "abstained"),
          """
          SELECT {keys}, c.task, c.label, c.score, c.abstained
          FROM {database}.enriched AS e
          CROSS JOIN UNNEST(e.classifications) AS c (task, label, score, alternatives, abstained)
          """);

  private static final PipelineView EXTRACTIONS =
      new PipelineView(
          "extractions",
          List.of("task", "field", "value", "start", "end", "score", "type", "typed_value"),
          """
          SELECT {keys}, x.task, f.name, f.`value`, f.`start`, f.`end`, f.score, f.type,
            f.typedValue AS typed_value
          FROM {database}.enriched AS e
          CROSS JOIN UNNEST(e.extractions) AS x (task, fields, absent)
          CROSS JOIN UNNEST(x.fields)
            AS f (name, `value`, `start`, `end`, score, type, typedValue)
          """);

  /** The views of a pipeline, whose rows have these keys. */
  static List<PipelineView> of(Pipeline pipeline, List<String> keys) {
    return List.of(CLASSIFICATIONS, EXTRACTIONS, WideView.of(pipeline, keys));
  }

  /** The view over the events of a database. */
  CatalogView in(String catalog, String database, List<String> keys) {
    String full =
        query
            .replace("{database}", "`%s`.`%s`".formatted(catalog, database))
            .replace("{keys}", keys.stream().map("e.`%s`"::formatted).collect(joining(", ")));
    Schema.Builder schema = Schema.newBuilder();
    // Flink takes the types from the query.
    Stream.of(keys, columns)
        .flatMap(List::stream)
        .forEach(column -> schema.column(column, DataTypes.STRING()));
    return CatalogView.of(schema.build(), null, full, full, Map.of());
  }
}
