package io.flanstream.jobs.cli;

import io.flanstream.jobs.eval.LabelledFile;
import io.flanstream.jobs.eval.LabelledTexts;
import io.flanstream.jobs.eval.LabelledTopic;
import io.flanstream.jobs.eval.LineForm;
import io.flanstream.jobs.eval.OffsetUnit;
import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the texts with the right answers are. */
final class LabelledArgument {
  @Option(
      names = "--labelled",
      required = true,
      paramLabel = "FILE",
      description = "File of JSON lines with the right answers.")
  private Path file;

  @Option(
      names = "--labelled-topic",
      required = true,
      paramLabel = "TOPIC",
      description =
          "Topic of the pipeline's Kafka with the right answers, a JSON object a record; read to its"
              + " end as it is at the start.")
  private String topic;

  LabelledTexts read(Pipeline pipeline, LineForm form, OffsetUnit unit) throws IOException {
    if (file != null) {
      return LabelledFile.read(file, pipeline, form, unit);
    }
    KafkaCheck.reach(pipeline.kafka());
    return LabelledTopic.read(pipeline, topic, form, unit);
  }
}
