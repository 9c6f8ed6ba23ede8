package io.flanstream.jobs.eval;

/**
 * How well one thing is found. What would divide by zero is 0.
 *
 * @param name what it is
 * @param support how often it is right
 * @param given how often the model gave it
 * @param right how often the model gave it where it is right
 * @param precision right of those given
 * @param recall right of those that are there
 * @param f1 harmonic mean of the two
 */
record Measure(
    String name, int support, int given, int right, double precision, double recall, double f1) {

  static Measure of(String name, int support, int given, int right) {
    return new Measure(
        name,
        support,
        given,
        right,
        ratio(right, given),
        ratio(right, support),
        ratio(2 * right, support + given));
  }

  /** Whether it was there or given at all. */
  boolean occurs() {
    return support + given > 0;
  }

  static double ratio(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
