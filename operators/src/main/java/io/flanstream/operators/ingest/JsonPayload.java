package io.flanstream.operators.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A decoded JSON object.
 *
 * @param root the object
 */
record JsonPayload(JsonNode root) implements Payload {

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
