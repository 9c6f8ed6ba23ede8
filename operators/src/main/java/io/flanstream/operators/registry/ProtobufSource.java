package io.flanstream.operators.registry;

import java.util.Map;

/**
 * A {@code .proto} file as a registry has it.
 *
 * @param text its text
 * @param imports texts of the files that it refers to, and those that they refer to, by the names
 *     under which they are imported
 */
public record ProtobufSource(String text, Map<String, String> imports) {
  /** Keeps its own copy. */
  public ProtobufSource {
    imports = Map.copyOf(imports);
  }
}
