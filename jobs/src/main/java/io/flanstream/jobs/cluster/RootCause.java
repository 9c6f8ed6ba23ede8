package io.flanstream.jobs.cluster;

/** What a stack trace says at its bottom, where Flink's own layers have ended. */
final class RootCause {
  private static final String CAUSE = "Caused by: ";
  private static final String CLASS_NAME = "^([\\w$]+\\.)+[\\w$]+: ";

  private RootCause() {}

  /** The message of the last cause, on one line and without the names of exceptions. */
  static String of(String stackTrace) {
    String last =
        stackTrace
            .lines()
            .filter(line -> line.startsWith(CAUSE))
            .reduce((first, second) -> second)
            .map(line -> line.substring(CAUSE.length()))
            .orElseGet(() -> stackTrace.lines().findFirst().orElse(""));
    String message = last;
    while (message.replaceFirst(CLASS_NAME, "").length() < message.length()) {
      message = message.replaceFirst(CLASS_NAME, "");
    }
    return message;
  }
}
