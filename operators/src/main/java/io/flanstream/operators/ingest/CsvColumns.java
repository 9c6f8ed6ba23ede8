package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * How rows of CSV are written.
 *
 * @param names names of their columns, in order
 * @param separator what is between two
 */
public record CsvColumns(List<String> names, char separator) implements Serializable {
  /** Keeps its own list. */
  public CsvColumns {
    names = List.copyOf(names);
  }
}
