package io.flanstream.operators.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a value is in a record: the name of a top-level field, or a JSON pointer (RFC 6901).
 *
 * @param written the path as the user wrote it
 * @param segments names from the top of the record down
 */
public record FieldPath(String written, List<String> segments) implements Serializable {
  private static final String SEPARATOR = "/";
  private static final String INDEX = "0|[1-9][0-9]{0,8}";

  /** Checks that there is something to look for. */
  public FieldPath {
    segments = List.copyOf(segments);
    if (segments.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot find field: its path must have a name, got \"%s\"".formatted(written));
    }
  }

  /**
   * Reads a path.
   *
   * @param path a name, or a pointer, which begins with a slash
   * @return the path
   * @throws IllegalArgumentException if it is empty, or has an empty name in it
   */
  public static FieldPath parse(String path) {
    List<String> segments =
        path.startsWith(SEPARATOR)
            ? Arrays.stream(path.substring(1).split(SEPARATOR, -1))
                .map(segment -> segment.replace("~1", SEPARATOR).replace("~0", "~"))
                .toList()
            : List.of(path);
    if (segments.contains("")) {
      throw new IllegalArgumentException(
          "Cannot find field: its path must be a name or a JSON pointer, got \"%s\""
              .formatted(path));
    }
    return new FieldPath(path, segments);
  }

  /**
   * What a name leads to in a JSON value: a member of an object, or an element of a list.
   *
   * @param parent the value
   * @param name a segment of a path
   * @return what is there, a missing node where nothing is
   */
  public static JsonNode child(JsonNode parent, String name) {
    return parent.isArray()
        ? index(name, parent.size()).map(parent::get).orElse(MissingNode.getInstance())
        : parent.path(name);
  }

  /** The index that a name is in a list; empty where it is none. */
  static Optional<Integer> index(String name, int size) {
    return name.matches(INDEX)
        ? Optional.of(Integer.valueOf(name)).filter(index -> index < size)
        : Optional.empty();
  }

  /** The field's own name: the last of the path. */
  public String name() {
    return segments.get(segments.size() - 1);
  }

  @Override
  public String toString() {
    return written;
  }
}
