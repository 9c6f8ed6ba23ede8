package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.RefusedOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A statement that could not be answered, and why, in one line. */
public final class SqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "Cannot run statement: ";

  private SqlException(String message, Throwable cause) {
    super(message, cause);
  }

  static SqlException because(String reason) {
    return new SqlException(PREFIX + reason, null);
  }

  static SqlException of(Throwable failure) {
    if (failure instanceof SqlException already) {
      return already;
    }
    return new SqlException(PREFIX + reason(failure), failure);
  }

  private static String reason(Throwable failure) {
    Optional<String> option = RefusedOption.in(failure);
    if (option.isPresent()) {
      return option.get();
    }
    if (ExceptionUtils.findThrowable(failure, UnknownTopicOrPartitionException.class).isPresent()) {
      return "a topic that it reads does not exist";
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
