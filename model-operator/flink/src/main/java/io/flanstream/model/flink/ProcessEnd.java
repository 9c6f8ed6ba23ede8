package io.flanstream.model.flink;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that is beyond use: its device works in no process but another. Whoever supervises
 * it starts another, and no record is at fault.
 */
final class ProcessEnd {
  /** EX_TEMPFAIL of sysexits.h: try again. */
  static final int EXIT_CODE = 75;

  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  private static volatile IntConsumer ending = Runtime.getRuntime()::halt;

  private ProcessEnd() {}

  /**
   * Says why as the process's last line, and ends it at once: shutdown hooks would wait for the
   * device.
   */
  static void because(String reason) {
    SharedJournals.endInOrder();
    String line =
        "Ending this process with exit code %s, for another to take its place: %s"
            .formatted(EXIT_CODE, reason);
    LOG.error("{}", line);
    System.err.println("flanstream: " + line);
    System.err.flush();
    ending.accept(EXIT_CODE);
  }

  /** Has something else happen, in tests; the ending before. */
  static IntConsumer replace(IntConsumer other) {
    IntConsumer before = ending;
    ending = other;
    return before;
  }
}
