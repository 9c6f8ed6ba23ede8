package io.flanstream.jobs.client;

/** What lies at the bottom of a failure, where Flink's own layers have ended. */
public final class RootCause {
  private static final String CAUSE = "Caused by: ";
  private static final String CLASS_NAME = "^([\\w$]+\\.)+[\\w$]+: ";

  private RootCause() {}

  /** The last cause of a failure; the failure itself where it has none. */
  public static Throwable of(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The message of a stack trace's last cause, on one line and without the names of exceptions. */
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
