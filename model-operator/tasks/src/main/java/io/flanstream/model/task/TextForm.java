package io.flanstream.model.task;

import java.util.Locale;

/** How a name is written for a model: in lower-case words. */
final class TextForm {

  private TextForm() {}

  /** {@code card_arrival} and {@code cardArrival} give {@code card arrival}. */
  static String of(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
        .replaceAll("[_\\-\\s]+", " ")
        .toLowerCase(Locale.ROOT)
        .strip();
  }
}
