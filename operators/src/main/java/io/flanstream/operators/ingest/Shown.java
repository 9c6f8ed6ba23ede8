package io.flanstream.operators.ingest;

/** Values in messages, cut where they are long. */
final class Shown {
  private static final int MOST = 100;

  private Shown() {}

  static String of(Object value) {
    if (value == null) {
      return "nothing";
    }
    String text =
        value instanceof Payload.Composite composite
            ? composite.json()
            : value instanceof String string ? '"' + string + '"' : String.valueOf(value);
    return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
  }
}
