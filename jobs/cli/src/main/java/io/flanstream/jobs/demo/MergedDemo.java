package io.flanstream.jobs.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flanstream.jobs.kafka.CommittedTopic;
import io.flanstream.jobs.local.PipelineJob;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;

/**
 * The first messages again, by a pipeline that writes each as it came with its answers in it, and
 * reservations to a topic of their own.
 *
 * @param pipeline the pipeline, which ends after so many messages of each partition
 */
record MergedDemo(Pipeline pipeline) {
  private static final int MESSAGES = 15;
  private static final String RESERVATIONS = "reservations";

  /** The demo's pipeline with another sink. */
  static MergedDemo of(DemoFiles files) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    ObjectNode tree = (ObjectNode) yaml.readTree(files.running().toFile());
    tree.put("name", tree.get("name").textValue() + "-merged");
    ((ObjectNode) tree.get("source"))
        .put("to", "0:%1$s,1:%1$s".formatted(MESSAGES / DemoClusters.PARTITIONS + 1));
    ObjectNode sink = tree.putObject("sink");
    sink.put("topic", "merged").put("format", "json").put("shape", "merged");
    sink.putArray("routes")
        .addObject()
        .put("when", "intent = 'restaurant_reservation'")
        .put("topic", RESERVATIONS);
    ((ObjectNode) tree.get("dead-letters")).put("topic", "merged-dead-letters");
    ((ObjectNode) tree.get("job")).put("parallelism", 1);
    return new MergedDemo(
        PipelineFile.parse(
            yaml.writeValueAsString(tree),
            files.running().toString(),
            files.running().getParent()));
  }

  /**
   * Runs it to its end.
   *
   * @param client where
   * @return a record of each topic, by the topic's name
   */
  Map<String, String> run(DemoClusters clusters, Configuration client)
      throws IOException, InterruptedException, ExecutionException {
    clusters
        .kafka()
        .createTopics(
            DemoClusters.PARTITIONS, pipeline.sink().topics().stream().toArray(String[]::new));
    clusters.kafka().createTopics(DemoClusters.PARTITIONS, pipeline.deadLetters().topic());
    var unusedResult = PipelineJob.submit(pipeline, client).getJobExecutionResult().get();
    Map<String, String> shown = new LinkedHashMap<>();
    for (String topic : pipeline.sink().topics()) {
      List<String> records = new ArrayList<>();
      new CommittedTopic(pipeline.kafka(), topic)
          .read(record -> records.add(new String(record.value(), StandardCharsets.UTF_8)));
      records.stream().sorted().findFirst().ifPresent(record -> shown.put(topic, record));
    }
    return shown;
  }
}
