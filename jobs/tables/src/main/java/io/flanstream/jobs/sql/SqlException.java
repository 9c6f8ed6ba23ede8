package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.RefusedOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A statement that could not be answered, and why and where, in one line. */
public final class SqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "Cannot run statement: ";

  private static final Pattern POSITION =
      Pattern.compile("(?:From|at|At) line (\\p{Nd}+), column (\\p{Nd}+)");

  /** Where the parser names a place in its message. */
  private static final Pattern AT = Pattern.compile(" at line \\p{Nd}+, column \\p{Nd}+\\.?");

  private final String reason;
  private final int line;
  private final int column;

  private SqlException(String reason, int line, int column, Throwable cause) {
    super(
        PREFIX + reason + (line > 0 ? " (line %s, column %s)".formatted(line, column) : ""), cause);
    this.reason = reason;
    this.line = line;
    this.column = column;
  }

  static SqlException because(String reason) {
    return new SqlException(reason, 0, 0, null);
  }

  static SqlException of(Throwable failure) {
    if (failure instanceof SqlException already) {
      return already;
    }
    Matcher position = POSITION.matcher("");
    boolean found = false;
    for (Throwable cause = failure; cause != null && !found; cause = cause.getCause()) {
      position = POSITION.matcher(String.valueOf(cause.getMessage()));
      found = position.find();
    }
    return new SqlException(
        AT.matcher(reason(failure)).replaceAll(""),
        found ? Integer.parseInt(position.group(1)) : 0,
        found ? Integer.parseInt(position.group(2)) : 0,
        failure);
  }

  /** Where the statement begins at a place of a text, both from 1. */
  SqlException in(int firstLine, int firstColumn) {
    if (firstLine == 1 && firstColumn == 1) {
      return this;
    }
    return line == 0
        ? new SqlException(reason, firstLine, firstColumn, this)
        : new SqlException(
            reason, firstLine + line - 1, line == 1 ? firstColumn + column - 1 : column, this);
  }

  /** The failure with what was likely meant. */
  SqlException hinted(Optional<String> hint) {
    return hint.isEmpty() ? this : new SqlException(reason + "; " + hint.get(), line, column, this);
  }

  /** Why, without where. */
  String reason() {
    return reason;
  }

  private static String reason(Throwable failure) {
    Optional<String> option = RefusedOption.in(failure);
    if (option.isPresent()) {
      return option.get();
    }
    if (ExceptionUtils.findThrowable(failure, UnknownTopicOrPartitionException.class).isPresent()) {
      return "a topic that it reads does not exist";
    }
    Optional<TopicAuthorizationException> refused =
        ExceptionUtils.findThrowable(failure, TopicAuthorizationException.class)
            .filter(exception -> !exception.unauthorizedTopics().isEmpty());
    if (refused.isPresent()) {
      return TopicSource.refused(String.join(", ", refused.get().unauthorizedTopics()));
    }
    if (ExceptionUtils.findThrowable(failure, TimeoutException.class).isPresent()) {
      return "Kafka does not answer";
    }
    // Flink's outer messages say which phase failed, the innermost says why.
    List<String> messages = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        messages.add(firstLine(cause.getMessage()));
      }
    }
    return messages.isEmpty()
        ? failure.getClass().getSimpleName()
        : messages.get(messages.size() - 1);
  }

  private static String firstLine(String message) {
    return message.strip().lines().findFirst().orElse("").strip();
  }
}
