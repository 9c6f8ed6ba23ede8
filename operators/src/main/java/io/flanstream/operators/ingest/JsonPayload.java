package io.flanstream.operators.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A decoded JSON object.
 *
 * @param root the object
 */
record JsonPayload(JsonNode root) implements Payload {
  private static final int DEEPEST_SHOWN = 3;

  @Override
  public Object at(List<String> path) {
    JsonNode node = root;
    for (String segment : path) {
      node = FieldPath.child(node, segment);
    }
    return value(node);
  }

  @Override
  public Optional<Payload> member(String name) {
    JsonNode node = root.path(name);
    return node.isObject() ? Optional.of(new JsonPayload(node)) : Optional.empty();
  }

  @Override
  public List<String> fields() {
    List<String> paths = new ArrayList<>();
    collect("", root, 0, paths);
    return paths;
  }

  private static void collect(String before, JsonNode node, int depth, List<String> paths) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String path = FieldPath.under(before, field.getKey());
      if (field.getValue().isObject() && depth < DEEPEST_SHOWN) {
        collect(path, field.getValue(), depth + 1, paths);
      } else {
        paths.add(depth == 0 ? FieldPath.ofName(field.getKey()) : path);
      }
    }
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING, NULL -> null;
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER ->
          node.canConvertToLong() && node.isIntegralNumber()
              ? (Object) node.longValue()
              : node.numberValue();
      default -> new Payload.Composite(node.toString());
    };
  }
}
