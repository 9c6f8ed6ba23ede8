package io.flanstream.jobs.demo;

import io.flanstream.jobs.client.Installation;
import java.nio.file.Path;

/**
 * Where the demo's files are.
 *
 * @param installation where the demo and what is kept of it lie
 */
public record DemoFiles(Installation installation) {

  Path messages() {
    return installation.demo().resolve("messages.jsonl");
  }

  Path expected() {
    return installation.demo().resolve("expected.jsonl");
  }

  Path pipeline() {
    return installation.demo().resolve("pipeline.yaml");
  }

  /** The pipeline of a demo that is kept running, with its addresses. */
  public Path running() {
    return installation.work().resolve("demo/pipeline.yaml");
  }
}
