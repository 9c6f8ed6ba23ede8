package io.flanstream.jobs.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SinkOptions;
import io.flanstream.jobs.pipeline.SourceOptions;
import io.flanstream.model.task.GenerationTask;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.serialize.EnrichedForms;
import io.flanstream.operators.serialize.ResultShape;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** The schema of the records of a pipeline's topic, whole, for those who read it. */
public final class RecordSchema {
  private static final String JAVA_STRING = "avro.java.string";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whose records. */
  public enum Records {
    /** The enriched events. */
    ENRICHED,
    /** The dead letters. */
    DEAD_LETTERS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How it is written. */
  public enum Form {
    /** An Avro schema with all its types in it, which needs no other file. */
    AVRO,
    /** A JSON Schema of the records in JSON. */
    JSON_SCHEMA,
    /** A table of Flink's own connector and formats. */
    SQL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private RecordSchema() {}

  /**
   * The schema of a topic.
   *
   * @param pipeline whose topic
   * @param records which of its topics
   * @param form how it is written
   */
  public static String of(Pipeline pipeline, Records records, Form form) {
    if (records == Records.ENRICHED && AnswersTable.isOf(pipeline)) {
      return answers(pipeline, form);
    }
    TopicTable table =
        records == Records.ENRICHED
            ? TopicTable.enriched(pipeline)
            : TopicTable.deadLetters(pipeline);
    Schema written = written(pipeline, records, table);
    return switch (form) {
      case AVRO -> pretty(plain(tree(written.toString())));
      case JSON_SCHEMA -> pretty(JsonSchema.of(written));
      case SQL -> sql(table, written, pipeline);
    };
  }

  /** Events have the field of generations where a task writes. */
  private static Schema written(Pipeline pipeline, Records records, TopicTable table) {
    return records == Records.ENRICHED
            && pipeline.tasks().tasks().stream().noneMatch(GenerationTask.class::isInstance)
        ? EnrichedForms.WITHOUT_GENERATIONS
        : table.schema();
  }

  /** The schema of merged records is known where that of the records is which they are. */
  private static String answers(Pipeline pipeline, Form form) {
    boolean isMerged = pipeline.sink().shape() == ResultShape.MERGED;
    if (form != Form.AVRO) {
      throw refused("--format must be avro", pipeline, form);
    }
    if (isMerged && pipeline.source().format() != PayloadFormat.AVRO) {
      throw refused(
          SourceOptions.FORMAT.key() + " must be avro", pipeline, pipeline.source().format());
    }
    return pretty(plain(tree(new AnswersTable(pipeline).avroSchema().toString())));
  }

  private static IllegalArgumentException refused(String rule, Pipeline pipeline, Object got) {
    return new IllegalArgumentException(
        "Cannot print schema: %s where %s is %s, got %s"
            .formatted(rule, SinkOptions.SHAPE.key(), pipeline.sink().shape(), got));
  }

  private static String sql(TopicTable table, Schema written, Pipeline pipeline) {
    Map<String, String> options = new TreeMap<>(table.publicOptions());
    options.put("connector", "kafka");
    options.put("topic", table.topic());
    options.put("properties.bootstrap.servers", pipeline.kafka().bootstrapServers());
    options.put("properties.isolation.level", "read_committed");
    options.put("scan.startup.mode", "earliest-offset");
    return "CREATE TABLE `%s` (%n%s%n) WITH (%n%s%n);"
        .formatted(
            table.name(),
            table.written().entrySet().stream()
                .filter(column -> written.getField(column.getKey()) != null)
                .map(
                    column ->
                        "  `%s` %s"
                            .formatted(
                                column.getKey(),
                                column.getValue().getLogicalType().asSerializableString()))
                .collect(Collectors.joining(",\n")),
            options.entrySet().stream()
                .map(
                    option ->
                        "  '%s' = '%s'"
                            .formatted(option.getKey(), option.getValue().replace("'", "''")))
                .collect(Collectors.joining(",\n")));
  }

  /** Without what only Avro's Java classes want to know. */
  private static JsonNode plain(JsonNode schema) {
    if (schema.has(JAVA_STRING) && schema.get("type").asText().equals("string")) {
      return schema.get("type");
    }
    if (schema instanceof ObjectNode object) {
      object.remove(JAVA_STRING);
      object.properties().forEach(entry -> entry.setValue(plain(entry.getValue())));
    } else if (schema instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, plain(array.get(i)));
      }
    }
    return schema;
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pretty(JsonNode json) {
    return json.toPrettyString();
  }
}
