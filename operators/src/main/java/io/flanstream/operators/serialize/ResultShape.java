package io.flanstream.operators.serialize;

import java.util.Locale;

/** What an enriched record is to look like. */
public enum ResultShape {
  /** A record of its own with the results of every task, nested. */
  RESULTS,
  /** The record that was read, as it came, with one more field for the answers. */
  MERGED,
  /** A flat record with a field for each answer. */
  FLAT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
