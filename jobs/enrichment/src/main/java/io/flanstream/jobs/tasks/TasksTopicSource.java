package io.flanstream.jobs.tasks;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.flink.TaskFeed;
import io.flanstream.model.flink.TaskSource;
import io.flanstream.model.task.TaskSet;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The tasks of a pipeline as a compacted topic has them: the newest record with the pipeline's name
 * as its key, and a JSON list of tasks as its value. Until there is one, those of its file.
 */
public final class TasksTopicSource implements TaskSource {
  private static final long serialVersionUID = 1L;

  private final Map<String, String> client;
  private final String topic;
  private final String pipeline;
  private final TaskSet first;

  private TasksTopicSource(
      Map<String, String> client, String topic, String pipeline, TaskSet first) {
    this.client = client;
    this.topic = topic;
    this.pipeline = pipeline;
    this.first = first;
  }

  /** Where a pipeline's tasks come from: its topic, or its file where it names none. */
  public static TaskSource of(Pipeline pipeline) {
    Properties client = pipeline.kafka().clientProperties();
    Map<String, String> properties =
        client.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, client::getProperty));
    return pipeline
        .tasksTopic()
        .<TaskSource>map(
            topic -> new TasksTopicSource(properties, topic, pipeline.name(), pipeline.tasks()))
        .orElseGet(() -> TaskSource.fixed(pipeline.tasks()));
  }

  @Override
  public TaskFeed open() {
    return TasksTopicFeed.open(client, topic, pipeline, first);
  }
}
