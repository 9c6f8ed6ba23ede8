package io.flanstream.operators.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Protobuf messages as Avro records of the same names, without loss: a field with presence may be
 * null and is by default, a map is a map, an enum its name, an unsigned 64-bit number a decimal
 * without fraction. A message of google/protobuf is a record like any other. Avro's own module for
 * Protobuf names types after Java classes and wraps unsigned numbers around.
 */
public final class ProtobufAvro {
  private static final int UNSIGNED_DIGITS = 20;
  private static final Schema NULL = Schema.create(Schema.Type.NULL);

  private final Map<String, Schema> records = new HashMap<>();

  private ProtobufAvro() {}

  /**
   * The schema of a type's messages.
   *
   * @param type a message type
   */
  public static Schema schema(Descriptor type) {
    return new ProtobufAvro().record(type);
  }

  private Schema record(Descriptor type) {
    Schema known = records.get(type.getFullName());
    if (known != null) {
      return known;
    }
    Schema record = Schema.createRecord(type.getName(), null, namespace(type), false);
    records.put(type.getFullName(), record);
    List<Schema.Field> fields = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      fields.add(field(field));
    }
    record.setFields(fields);
    return record;
  }

  private static String namespace(Descriptor type) {
    return type.getContainingType() == null
        ? type.getFile().getPackage()
        : type.getContainingType().getFullName();
  }

  private Schema.Field field(FieldDescriptor field) {
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      return new Schema.Field(field.getName(), Schema.createMap(one(value)), null, Map.of());
    }
    if (field.isRepeated()) {
      return new Schema.Field(field.getName(), Schema.createArray(one(field)), null, List.of());
    }
    return field.hasPresence()
        ? new Schema.Field(
            field.getName(), Schema.createUnion(NULL, one(field)), null, JsonProperties.NULL_VALUE)
        : new Schema.Field(field.getName(), one(field), null, otherwise(field));
  }

  /** What a field without presence is that was not written. */
  private static Object otherwise(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> "";
      case BOOLEAN -> false;
      case INT -> isUnsigned(field) ? (Object) 0L : (Object) 0;
      case LONG -> isUnsigned(field) ? (Object) "\u0000" : (Object) 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BYTE_STRING -> "";
      case ENUM -> ((EnumValueDescriptor) field.getDefaultValue()).getName();
      case MESSAGE -> null;
    };
  }

  private Schema one(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING, ENUM -> Schema.create(Schema.Type.STRING);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(isUnsigned(field) ? Schema.Type.LONG : Schema.Type.INT);
      case LONG ->
          isUnsigned(field)
              ? LogicalTypes.decimal(UNSIGNED_DIGITS).addToSchema(Schema.create(Schema.Type.BYTES))
              : Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case BYTE_STRING -> Schema.create(Schema.Type.BYTES);
      case MESSAGE -> record(field.getMessageType());
    };
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, FIXED32, UINT64, FIXED64 -> true;
      default -> false;
    };
  }

  /**
   * A message as a record; fields that its type does not know are left out.
   *
   * @param message a message
   * @param schema the schema of its type
   */
  public static GenericRecord record(Message message, Schema schema) {
    GenericData.Record record = new GenericData.Record(schema);
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      Schema of = schema.getField(field.getName()).schema();
      record.put(field.getName(), value(message, field, of));
    }
    return record;
  }

  private static Object value(Message message, FieldDescriptor field, Schema schema) {
    if (field.isMapField()) {
      FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      Map<String, Object> map = new LinkedHashMap<>();
      for (Object entry : (List<?>) message.getField(field)) {
        Message pair = (Message) entry;
        map.put(
            key(key, pair.getField(key)), one(value, pair.getField(value), schema.getValueType()));
      }
      return map;
    }
    if (field.isRepeated()) {
      List<Object> items = new ArrayList<>();
      for (Object item : (List<?>) message.getField(field)) {
        items.add(one(field, item, schema.getElementType()));
      }
      return items;
    }
    if (field.hasPresence()) {
      return message.hasField(field)
          ? one(field, message.getField(field), schema.getTypes().get(1))
          : null;
    }
    return one(field, message.getField(field), schema);
  }

  private static String key(FieldDescriptor field, Object key) {
    return isUnsigned(field)
        ? key instanceof Long number
            ? Long.toUnsignedString(number)
            : Integer.toUnsignedString((Integer) key)
        : key.toString();
  }

  private static Object one(FieldDescriptor field, Object value, Schema schema) {
    return switch (field.getJavaType()) {
      case INT -> isUnsigned(field) ? (Object) Integer.toUnsignedLong((Integer) value) : value;
      case LONG ->
          isUnsigned(field)
              ? (Object) new BigDecimal(new BigInteger(Long.toUnsignedString((Long) value)))
              : value;
      case BYTE_STRING -> ((ByteString) value).asReadOnlyByteBuffer();
      case ENUM -> ((EnumValueDescriptor) value).getName();
      case MESSAGE -> record((Message) value, schema);
      default -> value;
    };
  }
}
