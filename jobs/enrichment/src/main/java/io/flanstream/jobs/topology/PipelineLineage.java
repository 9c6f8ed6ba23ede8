package io.flanstream.jobs.topology;

import io.flanstream.jobs.pipeline.AnswerColumns;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.ingest.EventFields;
import io.flanstream.operators.serialize.ResultShape;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.lineage.DatasetConfigFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaFacet;
import org.apache.flink.streaming.api.lineage.DatasetSchemaField;
import org.apache.flink.streaming.api.lineage.DefaultLineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.apache.flink.streaming.api.transformations.TransformationWithLineage;

/**
 * What a pipeline reads and writes, for listeners to Flink jobs such as OpenLineage's: topics, with
 * the fields that are read and the schema of what is written, and with the model and the tasks.
 */
final class PipelineLineage {
  private static final String ABOUT = "flanstream";
  private static final String SCHEMA = "schema";

  private final Pipeline pipeline;
  private final String namespace;
  private final Facet about;

  private record Field(String name, String type) {}

  private record Facet(String name, Map<String, String> config) implements DatasetConfigFacet {}

  private record FieldsFacet(String name, List<Field> written) implements DatasetSchemaFacet {
    @Override
    @SuppressWarnings("unchecked") // The caller names the type; what there is are texts.
    public <T> Map<String, DatasetSchemaField<T>> fields() {
      Map<String, DatasetSchemaField<T>> fields = new LinkedHashMap<>();
      written.forEach(
          field -> fields.put(field.name(), new SchemaField<>(field.name(), (T) field.type())));
      return fields;
    }
  }

  private record SchemaField<T>(String name, T type) implements DatasetSchemaField<T> {}

  private record Sink(List<LineageDataset> datasets) implements LineageVertex {}

  private record Origin(List<LineageDataset> datasets, Boundedness boundedness)
      implements SourceLineageVertex {}

  /** Lineage of a pipeline; its weights are hashed where that was not done before. */
  PipelineLineage(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.namespace = "kafka://" + pipeline.kafka().bootstrapServers().split(",", -1)[0].strip();
    this.about = new Facet(ABOUT, about(pipeline));
  }

  /** Whether somebody listens. */
  static boolean isWanted(ReadableConfig flink) {
    return !flink
        .getOptional(DeploymentOptions.JOB_STATUS_CHANGED_LISTENERS)
        .orElse(List.of())
        .isEmpty();
  }

  /** Says what a source reads. */
  void ofSource(Transformation<?> transformation) {
    SourceTopics topics = pipeline.source().topics();
    List<String> names = topics.pattern().map(List::of).orElse(topics.names());
    set(
        transformation,
        new Origin(
            names.stream().map(topic -> dataset(topic, read())).toList(),
            pipeline.source().to().isPresent()
                ? Boundedness.BOUNDED
                : Boundedness.CONTINUOUS_UNBOUNDED));
  }

  /** Says what the sink of the enriched events writes. */
  void ofEnriched(Transformation<?> transformation) {
    set(
        transformation,
        new Sink(
            pipeline.sink().topics().stream().map(topic -> dataset(topic, enriched())).toList()));
  }

  /** Says what the sink of the dead letters writes. */
  void ofDeadLetters(Transformation<?> transformation) {
    set(
        transformation,
        new Sink(
            List.of(dataset(pipeline.deadLetters().topic(), fields(DeadLetter.getClassSchema())))));
  }

  private static void set(Transformation<?> transformation, LineageVertex vertex) {
    ((TransformationWithLineage<?>) transformation).setLineageVertex(vertex);
  }

  private LineageDataset dataset(String topic, List<Field> fields) {
    Map<String, LineageDatasetFacet> facets = new LinkedHashMap<>();
    facets.put(ABOUT, about);
    facets.put(SCHEMA, new FieldsFacet(SCHEMA, fields));
    return new DefaultLineageDataset(topic, namespace, facets);
  }

  /** Of the source, what is read; of records whose schema is known, all of it. */
  private List<Field> read() {
    if (pipeline.source().schema().isPresent()) {
      return fields(pipeline.source().schema().get());
    }
    EventFields form = pipeline.source().fields();
    Map<String, Field> fields = new LinkedHashMap<>();
    form.textFields()
        .forEach(path -> fields.put(path.written(), new Field(path.written(), "string")));
    for (String path : List.of(form.id().written(), form.eventTime().written())) {
      fields.putIfAbsent(path, new Field(path, "any"));
    }
    form.attributes()
        .forEach(path -> fields.putIfAbsent(path.written(), new Field(path.written(), "any")));
    return List.copyOf(fields.values());
  }

  /** Merged records have what the input has, and one field more. */
  private List<Field> enriched() {
    ResultShape shape = pipeline.sink().shape();
    if (shape == ResultShape.RESULTS) {
      return fields(EnrichedEvent.getClassSchema());
    }
    List<TaskDefinition> tasks = pipeline.tasks().tasks();
    return shape == ResultShape.FLAT
        ? fields(new AnswerRecord("Answers", AnswerColumns.of(tasks)).schema())
        : AnswerColumns.of(tasks).stream()
            .map(
                column ->
                    new Field(
                        pipeline.sink().answersField() + "." + column.name(),
                        column.type().name().toLowerCase(Locale.ROOT)))
            .toList();
  }

  private static List<Field> fields(Schema schema) {
    return schema.getFields().stream()
        .map(field -> new Field(field.name(), type(field.schema())))
        .toList();
  }

  private static String type(Schema schema) {
    if (schema.getType() == Schema.Type.UNION) {
      return schema.getTypes().stream()
          .filter(member -> member.getType() != Schema.Type.NULL)
          .map(PipelineLineage::type)
          .collect(Collectors.joining(" or "));
    }
    return schema.getLogicalType() == null
        ? schema.getType().getName()
        : schema.getLogicalType().getName();
  }

  private static Map<String, String> about(Pipeline pipeline) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("pipeline", pipeline.name());
    about.put("taskSetVersion", pipeline.tasks().version());
    about.put(
        "tasks",
        pipeline.tasks().tasks().stream()
            .map(TaskDefinition::name)
            .collect(Collectors.joining(",")));
    String path = pipeline.model().get(ModelOptions.PATH);
    about.put("model", path);
    if (!CheckpointModel.isRemote(path) && Files.isDirectory(Path.of(path))) {
      about.put("weightsHash", Checkpoint.open(Path.of(path)).weightsHash());
    }
    return about;
  }
}
