package io.flanstream.model.flink.table;

import io.flanstream.model.flink.RecordFailedException;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.util.ExceptionUtils;

/**
 * Why a row has no answer, by its own fault: its text does not fit, or what is asked of it, which
 * comes with the row, is no question.
 *
 * @param code what failed, for machines
 * @param message what failed, for people
 */
record RowError(String code, String message) {
  private static final String INVALID_QUESTION = "INVALID_QUESTION";

  /**
   * An answer, or what stands for it.
   *
   * @param answer the answer, or why there is none
   * @param mode whether the query fails
   * @param row names the row
   * @param instead makes what stands for an answer
   */
  static <T> CompletableFuture<T> handled(
      CompletableFuture<T> answer,
      ErrorMode mode,
      Supplier<String> row,
      Function<RowError, T> instead) {
    return answer.exceptionally(
        thrown -> {
          Throwable cause = ExceptionUtils.stripCompletionException(thrown);
          RowError error = of(cause).orElseThrow(() -> new CompletionException(cause));
          if (mode == ErrorMode.FAIL) {
            throw new RowFailedException(row.get(), error);
          }
          return instead.apply(error);
        });
  }

  /** Empty where it is no fault of the row: then the job fails, whatever its error mode. */
  private static Optional<RowError> of(Throwable cause) {
    if (cause instanceof RecordFailedException record) {
      return Optional.of(new RowError(record.failure().code(), record.failure().message()));
    }
    return cause instanceof ValidationException
        ? Optional.of(new RowError(INVALID_QUESTION, said(cause)))
        : Optional.empty();
  }

  /** Flink says which key has a value that is none, and a cause of it which value that is. */
  private static String said(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(Throwable::getMessage)
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
