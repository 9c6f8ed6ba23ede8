package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.ModelException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.apache.flink.util.ExceptionUtils;

/**
 * JSON lines in, JSON lines out, in the same order, with many answers under way at a time.
 *
 * <p>A line that cannot be answered becomes an error line; blank lines are passed over. Where the
 * device is lost no line is at fault, and the run ends. Output is flushed whenever the next answer
 * is not there yet, so that a person who types sees it at once.
 */
final class JsonLines {
  private static final Pending END =
      new Pending(0, NullNode.getInstance(), CompletableFuture.completedFuture(null));

  private final LineParser parser;
  private final LineAnswerer answerer;
  private final Semaphore places;
  private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
  private volatile IOException readFailure;

  private record Pending(long line, JsonNode id, CompletableFuture<String> answer) {

    boolean isEnd() {
      return line == 0;
    }

    boolean isAnswered() {
      return !answer.handle((json, failure) -> failure != null).join();
    }

    /** Why nothing more can be answered; null where this line alone may have failed. */
    ModelException end() {
      return answer
          .handle(
              (json, failure) ->
                  failure != null
                          && ExceptionUtils.stripCompletionException(failure)
                              instanceof ModelException model
                          && !model.isOfRequest()
                      ? model
                      : null)
          .join();
    }

    String await() {
      return answer
          .handle((json, failure) -> failure == null ? json : LineErrors.json(line, id, failure))
          .join();
    }
  }

  /** Prepares a run with so many answers under way at most. */
  JsonLines(LineParser parser, LineAnswerer answerer, int inFlight) {
    this.parser = parser;
    this.answerer = answerer;
    this.places = new Semaphore(inFlight);
  }

  /**
   * Answers every line.
   *
   * @return how many lines could not be answered
   */
  long run(InputStream input, OutputStream output) throws IOException, InterruptedException {
    Thread reader = new Thread(() -> read(input), "lines");
    reader.setDaemon(true);
    reader.start();
    return write(new BufferedOutputStream(output, 1 << 16));
  }

  private void read(InputStream input) {
    LineReader lines = new LineReader(input);
    long number = 0;
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        number++;
        if (!LineReader.isBlank(line)) {
          places.acquire();
          pending.add(begin(number, line));
        }
      }
    } catch (IOException e) {
      readFailure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pending.add(END);
  }

  private Pending begin(long number, byte[] line) {
    JsonNode id = NullNode.getInstance();
    try {
      RequestLine request = parser.parse(number, line);
      id = request.id();
      return new Pending(number, id, answerer.answer(request));
    } catch (RuntimeException e) {
      return new Pending(number, id, CompletableFuture.failedFuture(e));
    }
  }

  private long write(OutputStream output) throws IOException, InterruptedException {
    long failed = 0;
    for (Pending next = next(output); !next.isEnd(); next = next(output)) {
      String answer = next.await();
      if (Cleanup.isInterrupted()) {
        break;
      }
      if (next.end() != null) {
        output.flush();
        throw new CommandException(
            "Cannot answer line %s, nor those behind it: %s"
                .formatted(next.line(), next.end().getMessage()));
      }
      output.write(answer.getBytes(StandardCharsets.UTF_8));
      output.write('\n');
      failed += next.isAnswered() ? 0 : 1;
      places.release();
    }
    output.flush();
    if (readFailure != null) {
      throw readFailure;
    }
    return failed;
  }

  private Pending next(OutputStream output) throws IOException, InterruptedException {
    Pending head = pending.peek();
    if (head == null || !head.answer().isDone()) {
      output.flush();
    }
    return pending.take();
  }
}
