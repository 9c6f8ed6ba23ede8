package io.flanstream.operators.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.flanstream.operators.protobuf.ProtobufJson;
import java.util.List;
import java.util.Map;

/** Protobuf messages without masked values; a number that has one is not set. */
final class MaskedProtobuf {

  private MaskedProtobuf() {}

  /** A message without the values, and without fields that its type does not know. */
  static Message message(Message message, MaskedFields fields) {
    return message(message, fields, List.of());
  }

  private static Message message(Message message, MaskedFields fields, List<String> path) {
    Message.Builder masked = message.newBuilderForType();
    if (!message.getUnknownFields().asMap().isEmpty()) {
      fields.change(message);
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      List<String> at = MaskedAvro.with(path, field.getName());
      if (field.isRepeated()) {
        int index = 0;
        for (Object item : (List<?>) entry.getValue()) {
          List<String> to =
              MaskedAvro.with(
                  at, field.isMapField() ? key((Message) item) : Integer.toString(index++));
          Object value = value(field, item, fields, to);
          if (value != null) {
            masked.addRepeatedField(field, value);
          }
        }
      } else {
        Object value = value(field, entry.getValue(), fields, at);
        if (value != null) {
          masked.setField(field, value);
        }
      }
    }
    return masked.buildPartial();
  }

  private static String key(Message entry) {
    return entry.getField(entry.getDescriptorForType().findFieldByNumber(1)).toString();
  }

  /** Null for none. */
  private static Object value(
      FieldDescriptor field, Object value, MaskedFields fields, List<String> path) {
    return switch (field.getJavaType()) {
      case STRING -> fields.field(path, (String) value);
      case BYTE_STRING -> ByteString.copyFrom(fields.bytes(((ByteString) value).toByteArray()));
      case MESSAGE -> message((Message) value, fields, path);
      case ENUM -> value instanceof EnumValueDescriptor ? value : null;
      default ->
          fields.repeats(ProtobufJson.scalar(field, value).asText()) ? fields.change(null) : value;
    };
  }
}
