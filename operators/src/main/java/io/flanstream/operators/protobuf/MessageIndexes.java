package io.flanstream.operators.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which message type of a file a value is of, as Confluent's frame has it: the index of a type in
 * the file, then of one in that, and so on.
 *
 * @param path the indexes
 * @param end index of the byte after them
 */
public record MessageIndexes(List<Integer> path, int end) {
  private static final int DEEPEST = 100;

  /** Keeps its own list. */
  public MessageIndexes {
    path = List.copyOf(path);
  }

  /**
   * Reads indexes.
   *
   * @param value a value
   * @param from where they begin
   * @throws IllegalArgumentException if there are none
   */
  public static MessageIndexes read(byte[] value, int from) {
    CodedInputStream in = CodedInputStream.newInstance(value, from, value.length - from);
    try {
      int count = in.readSInt32();
      if (count < 0 || count > DEEPEST) {
        throw new IllegalArgumentException(
            "it must have 0 to %s message indexes from byte %s, got %s"
                .formatted(DEEPEST, from, count));
      }
      List<Integer> path = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        path.add(in.readSInt32());
      }
      // No index stands for the first type.
      return new MessageIndexes(path.isEmpty() ? List.of(0) : path, from + in.getTotalBytesRead());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "it must have message indexes from byte %s: %s".formatted(from, e.getMessage()), e);
    }
  }

  /**
   * The type.
   *
   * @param file a file
   * @throws IllegalArgumentException if it has no such type
   */
  public Descriptor in(FileDescriptor file) {
    List<Descriptor> types = file.getMessageTypes();
    Descriptor type = null;
    for (int index : path) {
      if (index < 0 || index >= types.size()) {
        throw new IllegalArgumentException(
            "message index %s must be one of the %s types %s, got %s"
                .formatted(
                    path,
                    types.size(),
                    type == null ? "of the file" : "in " + type.getFullName(),
                    index));
      }
      type = types.get(index);
      types = type.getNestedTypes();
    }
    return type;
  }
}
