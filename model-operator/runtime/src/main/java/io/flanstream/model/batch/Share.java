package io.flanstream.model.batch;

import java.io.Serializable;

/**
 * What part of a device a client has: a job, or a caller of its own. Requests of one share wait in
 * one line.
 *
 * @param client name of the client
 * @param weight part of the tokens among the clients of its priority that have work waiting
 * @param priority clients of a higher one go first; see {@link Scheduler} for what the others keep
 */
public record Share(String client, double weight, int priority) implements Serializable {
  /** What a caller has who names no share. */
  public static final Share DEFAULT = new Share("", 1, 0);

  /** Checks the bounds. */
  public Share {
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "Cannot share a device: the weight of \"%s\" must be above 0 and finite, got %s"
              .formatted(client, weight));
    }
  }
}
