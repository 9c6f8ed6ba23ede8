package io.flanstream.jobs.cli;

import io.flanstream.jobs.client.ClusterException;
import io.flanstream.jobs.client.RefusedOption;
import io.flanstream.jobs.client.RootCause;
import io.flanstream.jobs.kafka.TopicException;
import io.flanstream.jobs.pipeline.InvalidPipelineException;
import io.flanstream.jobs.sql.SqlException;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.pickle.PickleException;
import io.flanstream.operators.registry.RegistryException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what failed in one line, and where the rest of it is. */
final class FailureHandler implements IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);
  private static final String LOG_FILE = "flanstream.log";

  /** Failures whose message says all there is to say. */
  private static final List<Class<? extends Exception>> EXPLAINED =
      List.of(
          CommandException.class,
          CheckpointException.class,
          ClusterException.class,
          IllegalArgumentException.class,
          InvalidPipelineException.class,
          PickleException.class,
          RegistryException.class,
          SqlException.class,
          TopicException.class);

  private final BooleanSupplier debug;

  FailureHandler(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    Throwable cause = unwrapped(failure);
    LOG.error("{} failed", commandLine.getCommandSpec().qualifiedName(), cause);
    int code =
        cause instanceof CommandException command && command.isUsage()
            ? commandLine.getCommandSpec().exitCodeOnInvalidInput()
            : commandLine.getCommandSpec().exitCodeOnExecutionException();
    if (Cleanup.isInterrupted()) {
      return code;
    }
    PrintWriter err = commandLine.getErr();
    err.println("flanstream: " + reason(cause));
    if (debug.getAsBoolean()) {
      cause.printStackTrace(err);
    } else if (!isExplained(cause) && System.getProperty(LOG_FILE) != null) {
      err.println("The log has more: " + System.getProperty(LOG_FILE));
    }
    err.flush();
    return code;
  }

  private static Throwable unwrapped(Throwable failure) {
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
  }

  /**
   * Flink's own failures wrap, layer upon layer, what a task said; some lie in one of the JDK's.
   */
  private static String reason(Throwable failure) {
    Optional<String> option = RefusedOption.in(failure);
    if (option.isPresent()) {
      return option.get();
    }
    boolean ofJob =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .anyMatch(cause -> cause.getClass().getName().startsWith("org.apache.flink."));
    if (isExplained(failure) || !ofJob) {
      return message(failure);
    }
    return "Job failed: "
        + message(RootCause.of(failure)).replaceFirst("^([\\w$]+\\.)+[\\w$]+: ", "");
  }

  private static boolean isExplained(Throwable failure) {
    return EXPLAINED.stream().anyMatch(type -> type.isInstance(failure));
  }

  /** What a failure says; its kind where it says nothing. */
  static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
