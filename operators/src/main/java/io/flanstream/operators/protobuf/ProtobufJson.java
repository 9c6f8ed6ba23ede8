package io.flanstream.operators.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Protobuf messages as JSON trees: fields by the names of the {@code .proto} file, enums by name,
 * bytes in Base64, timestamps in ISO 8601, wrappers, values and structs as what they hold.
 *
 * <p>A field that is not set is left out, and so is one without presence that has its default: it
 * cannot be told from one that is not set.
 */
public final class ProtobufJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String GOOGLE = "google.protobuf.";

  private ProtobufJson() {}

  /** A message as an object. */
  public static ObjectNode tree(Message message) {
    ObjectNode object = JSON.objectNode();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.isMapField()) {
        object.set(field.getName(), map(field, (List<?>) entry.getValue()));
      } else if (field.isRepeated()) {
        ArrayNode array = object.putArray(field.getName());
        ((List<?>) entry.getValue()).forEach(item -> array.add(value(field, item)));
      } else {
        object.set(field.getName(), value(field, entry.getValue()));
      }
    }
    return object;
  }

  /** One value of a field. */
  public static JsonNode scalar(FieldDescriptor field, Object value) {
    return value(field, value);
  }

  private static ObjectNode map(FieldDescriptor field, List<?> entries) {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    ObjectNode object = JSON.objectNode();
    for (Object entry : entries) {
      Message pair = (Message) entry;
      object.set(value(key, pair.getField(key)).asText(), value(value, pair.getField(value)));
    }
    return object;
  }

  private static JsonNode value(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case STRING -> JSON.textNode((String) value);
      case BOOLEAN -> JSON.booleanNode((Boolean) value);
      case INT ->
          field.getType() == FieldDescriptor.Type.UINT32
                  || field.getType() == FieldDescriptor.Type.FIXED32
              ? JSON.numberNode(Integer.toUnsignedLong((Integer) value))
              : JSON.numberNode((int) value);
      case LONG ->
          field.getType() == FieldDescriptor.Type.UINT64
                  || field.getType() == FieldDescriptor.Type.FIXED64
              ? JSON.numberNode(new BigInteger(Long.toUnsignedString((Long) value)))
              : JSON.numberNode((long) value);
      case FLOAT -> JSON.numberNode((float) value);
      case DOUBLE -> JSON.numberNode((double) value);
      case BYTE_STRING -> JSON.textNode(base64((ByteString) value));
      case ENUM -> JSON.textNode(((EnumValueDescriptor) value).getName());
      case MESSAGE -> message((Message) value);
    };
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static JsonNode message(Message message) {
    String name = message.getDescriptorForType().getFullName();
    if (!name.startsWith(GOOGLE)) {
      return tree(message);
    }
    return switch (name.substring(GOOGLE.length())) {
      case "Timestamp" -> timestamp(message);
      case "StringValue",
          "BoolValue",
          "Int32Value",
          "Int64Value",
          "UInt32Value",
          "UInt64Value",
          "FloatValue",
          "DoubleValue",
          "BytesValue" -> {
        FieldDescriptor only = message.getDescriptorForType().findFieldByNumber(1);
        yield value(only, message.getField(only));
      }
      case "Struct", "ListValue" -> {
        JsonNode only = tree(message).path(name.endsWith("Struct") ? "fields" : "values");
        yield only.isMissingNode()
            ? name.endsWith("Struct") ? JSON.objectNode() : JSON.arrayNode()
            : only;
      }
      case "Value" -> {
        JsonNode kind = tree(message);
        yield kind.has("null_value") || kind.isEmpty() ? JSON.nullNode() : kind.iterator().next();
      }
      default -> tree(message);
    };
  }

  /** One out of range stays a record of seconds and nanoseconds. */
  private static JsonNode timestamp(Message message) {
    long seconds = number(message, 1);
    long nanos = number(message, 2);
    try {
      return JSON.textNode(Instant.ofEpochSecond(seconds, nanos).toString());
    } catch (DateTimeException | ArithmeticException e) {
      return tree(message);
    }
  }

  private static long number(Message message, int field) {
    return ((Number) message.getField(message.getDescriptorForType().findFieldByNumber(field)))
        .longValue();
  }
}
