package io.flanstream.jobs.suite;

/**
 * What became of a question.
 *
 * @param task its task
 * @param place where it is
 * @param leftOut how many examples were left out so that its prompt fits
 * @param right the right answer
 * @param given the answer that was given; null where there is none
 * @param said what the model wrote; null where it failed
 * @param failure why it failed; null where it did not
 */
record BenchmarkAnswer(
    String task,
    String place,
    int leftOut,
    String right,
    String given,
    String said,
    String failure) {

  boolean isRight() {
    return right.equals(given);
  }

  boolean hasFailed() {
    return failure != null;
  }
}
