package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.api.TableEnvironment;

/** The topics of a pipeline as tables, and flat views of what is nested in them. */
final class PipelineTables {
  private static final String CLASSIFICATIONS =
      """
      CREATE TEMPORARY VIEW classifications AS
      SELECT id, CAST(eventTime AS TIMESTAMP(3)) AS event_time, c.task, c.label, c.score, c.abstained
      FROM enriched
      CROSS JOIN UNNEST(classifications) AS c (task, label, score, alternatives, abstained)
      """;

  private static final String EXTRACTIONS =
      """
      CREATE TEMPORARY VIEW extractions AS
      SELECT id, CAST(eventTime AS TIMESTAMP(3)) AS event_time, x.task,
        f.name AS field, f.`value`, f.`start`, f.`end`, f.score
      FROM enriched
      CROSS JOIN UNNEST(extractions) AS x (task, fields, absent)
      CROSS JOIN UNNEST(x.fields)
        AS f (name, `value`, `start`, `end`, score, type, typedValue)
      """;

  private PipelineTables() {}

  static void create(TableEnvironment tables, Pipeline pipeline) {
    Map<String, String> client =
        pipeline.kafka().clientProperties().entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().toString(), entry -> entry.getValue().toString()));
    for (TopicTable table : of(pipeline)) {
      tables.createTemporaryTable(table.name(), table.descriptor(client));
    }
    tables.executeSql(CLASSIFICATIONS);
    tables.executeSql(EXTRACTIONS);
  }

  private static List<TopicTable> of(Pipeline pipeline) {
    return List.of(
        new TopicTable(
            "enriched",
            pipeline.sink().topic(),
            pipeline.sink().format(),
            EnrichedEvent.getClassSchema()),
        new TopicTable(
            "dead_letters",
            pipeline.deadLetters().topic(),
            pipeline.deadLetters().format(),
            DeadLetter.getClassSchema()));
  }
}
