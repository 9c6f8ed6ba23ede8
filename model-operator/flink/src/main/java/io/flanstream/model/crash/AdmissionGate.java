package io.flanstream.model.crash;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Lets work in: any together, but some alone. First come, first served. Thread-safe; what must wait
 * is started on a thread of the common pool, so that who leaves does not do it.
 */
final class AdmissionGate {
  private final Deque<Turn> waiting = new ArrayDeque<>();
  private int inside;
  private boolean isAlone;

  private record Turn(boolean alone, Runnable entering) {}

  /**
   * Starts work when it is let in; it must {@link #leave} once.
   *
   * @param alone whether nothing else may be inside meanwhile
   * @param entering starts the work, and throws nothing
   */
  void enter(boolean alone, Runnable entering) {
    Turn turn = new Turn(alone, entering);
    synchronized (this) {
      if (!waiting.isEmpty() || !fits(turn)) {
        waiting.add(turn);
        return;
      }
      letIn(turn);
    }
    entering.run();
  }

  /** Ends work that was let in. */
  void leave() {
    List<Turn> next = new ArrayList<>();
    synchronized (this) {
      inside--;
      isAlone = false;
      while (!waiting.isEmpty() && fits(waiting.peek())) {
        letIn(waiting.peek());
        next.add(waiting.remove());
      }
    }
    for (Turn turn : next) {
      var unusedStart = CompletableFuture.runAsync(turn.entering());
    }
  }

  private boolean fits(Turn turn) {
    return turn.alone() ? inside == 0 : !isAlone;
  }

  private void letIn(Turn turn) {
    inside++;
    isAlone = turn.alone();
  }
}
