package io.flanstream.jobs.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.jobs.topology.EnrichmentTopology;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline files of the page on inputs. */
class InputsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("flanstream.root"), "deploy", "docs", "inputs.md");

  @TempDir Path directory;

  @Test
  void areReadAndPlanned() throws IOException {
    Files.write(
        directory.resolve("orders.desc"),
        field(1, field(1, "order.proto"), field(2, "shop"), field(4, field(1, "Order")))
            .getBytes(UTF_8));
    Matcher blocks = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(PAGE));
    int read = 0;
    while (blocks.find()) {
      Pipeline pipeline =
          PipelineFile.parse(
              """
          name: test
          kafka: {bootstrap-servers: "127.0.0.1:1"}
          model: {path: none}
          tasks: [{name: intent, type: classification, labels: [a, b]}]
          sink: {topic: out}
          dead-letters: {topic: dead}
          """
                  + blocks.group(1),
              "block " + read++,
              directory);
      assertThat(plan(pipeline))
          .as(blocks.group(1))
          .contains("ingest", "serialize-enriched", "serialize-dead-letters");
    }
    assertThat(read).isGreaterThanOrEqualTo(8);
  }

  /** The job between its ends, as Flink plans it. */
  private static String plan(Pipeline pipeline) {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment();
    env.configure(EnrichmentJob.configuration(pipeline));
    KafkaRecord record = new KafkaRecord("in", 0, 0, 0, null, new byte[0], List.of());
    EnrichmentTopology.Outputs outputs =
        new EnrichmentTopology(pipeline, new CheckpointModel(pipeline.model()))
            .from(env.fromData(List.of(record), KafkaRecord.TYPE).uid("source"));
    outputs.enriched().sinkTo(new DiscardingSink<>()).uid("enriched");
    outputs.deadLetters().sinkTo(new DiscardingSink<>()).uid("dead-letters");
    return env.getExecutionPlan();
  }

  /** A field of Protobuf with a length. */
  private static String field(int number, String... parts) {
    String all = String.join("", parts);
    return "%c%c%s".formatted(number << 3 | 2, all.length(), all);
  }
}
