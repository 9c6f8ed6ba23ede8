package io.flanstream.jobs.pipeline;

/**
 * One thing that is wrong in a pipeline file.
 *
 * @param path where: keys from the top of the file, joined by dots
 * @param rule what should be there
 * @param value what is there, secrets masked; empty where nothing is
 */
public record Violation(String path, String rule, String value) {

  @Override
  public String toString() {
    return value.isEmpty() ? path + ": " + rule : "%s: %s, got %s".formatted(path, rule, value);
  }
}
