package io.flanstream.jobs.sql;

import java.util.regex.Pattern;

/**
 * Which statements of one session may ask the model: those that name one of its functions, and all
 * that run once a view names one. Thread-safe.
 */
final class AskingStatements {
  private static final Pattern ASKS =
      Pattern.compile("\\bAI_(CLASSIFY|EXTRACT|MASK|GENERATE)\\s*\\(", Pattern.CASE_INSENSITIVE);
  private static final Pattern DEFINES =
      Pattern.compile("(CREATE|ALTER)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private volatile boolean isModelInViews;

  /** Whether a text names a function that asks the model. */
  static boolean asks(String text) {
    return ASKS.matcher(text).find();
  }

  /** Whether running the next statement may ask the model; to define a view does not run it. */
  boolean mayAsk(String statement) {
    boolean asks = asks(statement);
    if (DEFINES.matcher(statement.strip()).matches()) {
      isModelInViews |= asks;
      return false;
    }
    return asks || isModelInViews;
  }
}
