package io.flanstream.jobs.pipeline;

/** A text that is no YAML: where and why. */
final class InvalidYamlException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidYamlException(String message) {
    super(message);
  }
}
