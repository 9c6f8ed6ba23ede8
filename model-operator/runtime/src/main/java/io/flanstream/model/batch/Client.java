package io.flanstream.model.batch;

/** A share's lines, and the tokens that it has had by its weight. Not thread-safe. */
final class Client {
  private final Share share;
  private final WaitingLine scores = new WaitingLine();
  private final WaitingLine decodings = new WaitingLine();
  private double served;

  Client(Share share) {
    this.share = share;
  }

  Share share() {
    return share;
  }

  /** Requests that take no decoder steps. */
  WaitingLine scores() {
    return scores;
  }

  /** Requests that take decoder steps. */
  WaitingLine decodings() {
    return decodings;
  }

  /** The line that a request belongs to. */
  WaitingLine line(Request<?> request) {
    return request.decodes() ? decodings : scores;
  }

  boolean isIdle() {
    return scores.requests() + decodings.requests() == 0;
  }

  /** Tokens that it has had, divided by its weight. */
  double served() {
    return served;
  }

  void charge(long tokens) {
    served += tokens / share.weight();
  }

  /** Gives up what it did not use while it had nothing to do. */
  void catchUp(double others) {
    served = Math.max(served, others);
  }

  /** The oldest request, of those that may go; null if there is none. */
  InFlightRequest<?> oldest(boolean mayDecode) {
    InFlightRequest<?> score = scores.oldest();
    InFlightRequest<?> decoding = mayDecode ? decodings.oldest() : null;
    if (score == null || decoding == null) {
      return score == null ? decoding : score;
    }
    return score.arrivedNanos() - decoding.arrivedNanos() <= 0 ? score : decoding;
  }
}
