package io.flanstream.jobs.tasks;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.model.flink.TaskFeed;
import io.flanstream.model.task.TaskSet;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What stands in a pipeline's topic of tasks. */
public final class TasksTopic {
  private final Pipeline pipeline;
  private final String topic;

  /**
   * The topic of a pipeline.
   *
   * @param pipeline a pipeline that has one
   */
  public TasksTopic(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.topic = pipeline.tasksTopic().orElseThrow();
  }

  /**
   * What a job that starts now would ask, and how many records it would refuse.
   *
   * @param tasks the tasks
   * @param refused records of this pipeline that are no tasks
   */
  public record Contents(TaskSet tasks, long refused) {}

  /** Reads the topic to its end. */
  public Contents read() {
    try (TaskFeed feed = TasksTopicSource.of(pipeline).open()) {
      return new Contents(feed.current(), feed.refused());
    }
  }

  /**
   * Writes tasks, and returns once every in-sync replica has them.
   *
   * @param tasks a JSON list of tasks
   */
  public void write(String tasks) throws ExecutionException, InterruptedException {
    Properties properties = pipeline.kafka().clientProperties();
    properties.setProperty("acks", "all");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(topic, pipeline.name(), tasks.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }
}
