package io.flanstream.jobs.sql;

import static java.util.stream.Collectors.joining;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.task.GenerationTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogView;
import org.apache.flink.table.types.DataType;

/**
 * A flat view of the enriched events.
 *
 * @param name name of the view
 * @param columns its columns, without the keys
 * @param query what it shows; {database} stands for where the events are, {keys} for the columns of
 *     an event that each of its rows has
 */
record PipelineView(String name, Map<String, DataType> columns, String query) {
  private static final PipelineView CLASSIFICATIONS =
      new PipelineView(
          "classifications",
          columns(
              "task", DataTypes.STRING(),
              "label", DataTypes.STRING(),
              "score", DataTypes.DOUBLE(),
              "abstained", DataTypes.BOOLEAN()),
          """
          SELECT {keys}, c.task, c.label, c.score, c.abstained
          FROM {database}.enriched AS e
          CROSS JOIN UNNEST(e.classifications) AS c (task, label, score, alternatives, abstained)
          """);

  private static final PipelineView EXTRACTIONS =
      new PipelineView(
          "extractions",
          columns(
              "task", DataTypes.STRING(),
              "field", DataTypes.STRING(),
              "value", DataTypes.STRING(),
              "start", DataTypes.INT(),
              "end", DataTypes.INT(),
              "score", DataTypes.DOUBLE(),
              "type", DataTypes.STRING(),
              "typed_value", DataTypes.STRING()),
          """
          SELECT {keys}, x.task, f.name AS field, f.`value`, f.`start`, f.`end`, f.score, f.type,
            f.typedValue AS typed_value
          FROM {database}.enriched AS e
          CROSS JOIN UNNEST(e.extractions) AS x (task, fields, absent)
          CROSS JOIN UNNEST(x.fields)
            AS f (name, `value`, `start`, `end`, score, type, typedValue)
          """);

  private static final PipelineView GENERATIONS =
      new PipelineView(
          "generations",
          columns(
              "task", DataTypes.STRING(),
              "text", DataTypes.STRING(),
              "answer", DataTypes.STRING(),
              "logprob", DataTypes.DOUBLE(),
              "finished", DataTypes.BOOLEAN()),
          """
          SELECT {keys}, g.task, g.text, g.answer, g.logprob, g.finished
          FROM {database}.enriched AS e
          CROSS JOIN UNNEST(e.generations) AS g (task, text, answer, logprob, finished)
          """);

  /** The views of a pipeline, whose rows have these keys. */
  static List<PipelineView> of(Pipeline pipeline, Set<String> keys) {
    if (AnswersTable.isOf(pipeline)) {
      // What is nested in results is not in these records.
      return List.of(WideView.of(new AnswersTable(pipeline)));
    }
    PipelineView wide = WideView.of(pipeline, keys);
    return hasGenerations(pipeline)
        ? List.of(CLASSIFICATIONS, EXTRACTIONS, GENERATIONS, wide)
        : List.of(CLASSIFICATIONS, EXTRACTIONS, wide);
  }

  /** Whether a task of a pipeline writes. */
  static boolean hasGenerations(Pipeline pipeline) {
    return pipeline.tasks().tasks().stream().anyMatch(GenerationTask.class::isInstance);
  }

  /** The view over the events of a database. */
  CatalogView in(String catalog, String database, Map<String, DataType> keys) {
    String full =
        query
            .replace("{database}", "`%s`.`%s`".formatted(catalog, database))
            .replace(
                "{keys}", keys.keySet().stream().map("e.`%s`"::formatted).collect(joining(", ")));
    Schema.Builder schema = Schema.newBuilder();
    // A query takes the types from the view's own; DESCRIBE shows these.
    keys.forEach(schema::column);
    columns.forEach(schema::column);
    return CatalogView.of(schema.build(), null, full, full, Map.of());
  }

  /** Names and types by turns. */
  private static Map<String, DataType> columns(Object... namesAndTypes) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      columns.put((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]);
    }
    return columns;
  }
}
