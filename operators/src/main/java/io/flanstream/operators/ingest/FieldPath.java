package io.flanstream.operators.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a value is in a record: the name of a top-level field of its value, or a JSON pointer (RFC
 * 6901) into it; {@code kafka:key} for the record's key as text and {@code kafka:key/id} for a part
 * of it, {@code kafka:header/NAME} for a header, {@code kafka:topic} for its topic; {@code
 * envelope:NAME} or {@code envelope:/pointer} for a part of the envelope that the value is in. A
 * field whose name begins like one of these is reached by a pointer.
 *
 * @param written the path as the user wrote it
 * @param origin the part of the record in which the segments lead on
 * @param segments names from the top of that part down
 */
public record FieldPath(String written, Origin origin, List<String> segments)
    implements Serializable {
  private static final String SEPARATOR = "/";
  private static final String INDEX = "0|[1-9][0-9]{0,8}";
  private static final String KEY = "kafka:key";
  private static final String HEADER = "kafka:header/";
  private static final String TOPIC = "kafka:topic";
  private static final String KAFKA = "kafka:";
  private static final String ENVELOPE = "envelope:";

  /** A part of a record. */
  public enum Origin {
    /** The value, or what of it an envelope holds. */
    VALUE,
    /** The envelope that the value is in. */
    ENVELOPE,
    /** The key. */
    KEY,
    /** The headers. */
    HEADER,
    /** The topic. */
    TOPIC
  }

  /** Checks that there is something to look for. */
  public FieldPath {
    segments = List.copyOf(segments);
    if (segments.isEmpty() && origin != Origin.KEY && origin != Origin.TOPIC) {
      throw new IllegalArgumentException(
          "Cannot find field: its path must have a name, got \"%s\"".formatted(written));
    }
  }

  /**
   * Reads a path.
   *
   * @param path a name, a pointer, which begins with a slash, or a part of the record
   * @return the path
   * @throws IllegalArgumentException if it is empty, or has an empty name in it
   */
  public static FieldPath parse(String path) {
    if (path.equals(TOPIC)) {
      return new FieldPath(path, Origin.TOPIC, List.of());
    }
    if (path.equals(KEY)) {
      return new FieldPath(path, Origin.KEY, List.of());
    }
    if (path.startsWith(KEY + SEPARATOR)) {
      return new FieldPath(path, Origin.KEY, pointer(path, path.substring(KEY.length())));
    }
    if (path.startsWith(HEADER) && path.length() > HEADER.length()) {
      return new FieldPath(path, Origin.HEADER, List.of(path.substring(HEADER.length())));
    }
    if (path.startsWith(KAFKA)) {
      throw new IllegalArgumentException(
          "Cannot find field: it must be kafka:key, kafka:key/NAME, kafka:header/NAME or kafka:topic, got \"%s\""
              .formatted(path));
    }
    return path.startsWith(ENVELOPE)
        ? new FieldPath(path, Origin.ENVELOPE, pointer(path, path.substring(ENVELOPE.length())))
        : new FieldPath(path, Origin.VALUE, pointer(path, path));
  }

  private static List<String> pointer(String path, String text) {
    List<String> segments =
        text.startsWith(SEPARATOR)
            ? Arrays.stream(text.substring(1).split(SEPARATOR, -1))
                .map(segment -> segment.replace("~1", SEPARATOR).replace("~0", "~"))
                .toList()
            : List.of(text);
    if (segments.contains("")) {
      throw new IllegalArgumentException(
          "Cannot find field: its path must be a name or a JSON pointer, got \"%s\""
              .formatted(path));
    }
    return segments;
  }

  /** A pointer to a member of what another leads to. */
  static String under(String pointer, String name) {
    return pointer + SEPARATOR + name.replace("~", "~0").replace(SEPARATOR, "~1");
  }

  /** A path to a field at the top. */
  static String ofName(String name) {
    return name.startsWith(SEPARATOR) || isOutsideValue(name) ? under("", name) : name;
  }

  /** Whether a path names a part of the record other than its value. */
  public static boolean isOutsideValue(String path) {
    return path.startsWith(KAFKA) || path.startsWith(ENVELOPE);
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
    return segments.isEmpty()
        ? written.substring(KAFKA.length())
        : segments.get(segments.size() - 1);
  }

  @Override
  public String toString() {
    return written;
  }
}
