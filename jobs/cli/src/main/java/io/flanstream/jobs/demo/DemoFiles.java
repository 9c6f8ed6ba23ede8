package io.flanstream.jobs.demo;

import java.nio.file.Path;

/**
 * Where the demo's files are.
 *
 * @param home the repository
 */
public record DemoFiles(Path home) {

  Path messages() {
    return home.resolve("deploy/demo/messages.jsonl");
  }

  Path expected() {
    return home.resolve("deploy/demo/expected.jsonl");
  }

  Path pipeline() {
    return home.resolve("deploy/demo/pipeline.yaml");
  }

  /** The pipeline of a demo that is kept running, with its addresses. */
  public Path running() {
    return home.resolve("target/demo/pipeline.yaml");
  }
}
