package io.flanstream.jobs.pipeline;

import java.nio.file.Path;

/** Pipeline files of tests. */
public final class TestingPipelineFile {
  /** The least that a file must say. */
  static final String LEAST =
      """
      name: least
      kafka: { bootstrap-servers: "localhost:9092" }
      source: { topic: messages }
      model: { path: models/mini }
      tasks:
        - { name: intent, type: classification, labels: [yes please, no thanks] }
      sink: { topic: enriched }
      dead-letters: { topic: dead-letters }
      """;

  private TestingPipelineFile() {}

  /**
   * A pipeline of one task.
   *
   * @param source options of its source, beside the topic
   * @param directory where its file would be
   */
  public static Pipeline reading(String source, Path directory) {
    return PipelineFile.parse(
        """
        name: test
        kafka: { bootstrap-servers: "127.0.0.1:1" }
        source: { topic: in, %s }
        model: { path: none }
        tasks: [ { name: intent, type: classification, labels: [a, b] } ]
        sink: { topic: out }
        dead-letters: { topic: dead }
        """
            .formatted(source),
        "test",
        directory);
  }
}
