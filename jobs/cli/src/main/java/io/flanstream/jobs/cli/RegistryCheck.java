package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.operators.registry.RegistryException;

/** Asks the schema registry before a job does, so that a wrong address is said at once. */
final class RegistryCheck {
  private RegistryCheck() {}

  /**
   * Asks a pipeline's registry, if it has one.
   *
   * @throws RegistryException if it does not answer, or refuses
   */
  static void reach(Pipeline pipeline) {
    pipeline
        .registry()
        .map(RegistrySettings::impatient)
        .ifPresent(settings -> new RegistryConnection(settings).open().reach());
  }
}
