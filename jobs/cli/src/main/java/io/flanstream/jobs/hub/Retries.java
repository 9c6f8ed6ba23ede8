package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries of one request, by a policy.
 *
 * <p>Not Failsafe: it counts the failures of a call, and a download that has grown since the last
 * one starts to count again; a Retry-After longer than the longest wait ends the tries.
 */
final class Retries {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

  private final RetryPolicy policy;
  private final String what;
  private int failures;

  /**
   * Begins.
   *
   * @param policy when to give up
   * @param what what is tried, after "Cannot"
   */
  Retries(RetryPolicy policy, String what) {
    this.policy = policy;
    this.what = what;
  }

  /** Something came of a try: it counts no more. */
  void progressed() {
    failures = 0;
  }

  /**
   * Waits after a failure.
   *
   * @throws CommandException if it was the last, or no try can mend it
   */
  void await(IOException failure) throws InterruptedException {
    failures++;
    Duration delay = policy.delay(failures);
    if (failure instanceof TransientException refusal && refusal.retryAfter().isPresent()) {
      delay = refusal.retryAfter().get();
    }
    boolean hopeless = failure instanceof SSLHandshakeException;
    if (hopeless || failures >= policy.attempts() || delay.compareTo(policy.longest()) > 0) {
      throw new CommandException("Cannot %s: %s".formatted(what, reason(failure)), failure);
    }
    LOG.info("Trying again in {} to {}: {}", delay, what, reason(failure));
    TimeUnit.MILLISECONDS.sleep(delay.toMillis());
  }

  private static String reason(IOException failure) {
    String message = failure.getMessage();
    boolean own = failure instanceof TransientException;
    String kind = failure.getClass().getSimpleName();
    return own ? message : message == null ? kind : "%s (%s)".formatted(message, kind);
  }
}
