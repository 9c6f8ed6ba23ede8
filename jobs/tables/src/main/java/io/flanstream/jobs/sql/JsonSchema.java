package io.flanstream.jobs.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/** Avro schemas as JSON Schemas of what they are in JSON, where null is written out. */
final class JsonSchema {
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
  private static final String TYPE = "type";

  private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();

  private JsonSchema() {}

  /** The JSON Schema of a record. */
  static ObjectNode of(Schema schema) {
    JsonSchema schemas = new JsonSchema();
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("$schema", DIALECT);
    root.put("title", schema.getName());
    root.setAll(schemas.fields(schema));
    root.set("$defs", schemas.definitions);
    return root;
  }

  private ObjectNode fields(Schema record) {
    ObjectNode json = described(TYPE, "object");
    if (record.getDoc() != null) {
      json.put("description", record.getDoc());
    }
    ObjectNode properties = json.putObject("properties");
    var required = json.putArray("required");
    for (Schema.Field field : record.getFields()) {
      ObjectNode property = type(field.schema());
      if (field.doc() != null) {
        property.put("description", field.doc());
      }
      properties.set(field.name(), property);
      if (!field.hasDefaultValue()) {
        required.add(field.name());
      }
    }
    return json;
  }

  private ObjectNode type(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> {
        if (!definitions.has(schema.getName())) {
          // Known before its fields are, which may be of the same type.
          definitions.putObject(schema.getName());
          definitions.set(schema.getName(), fields(schema));
        }
        yield described("$ref", "#/$defs/" + schema.getName());
      }
      case UNION -> union(schema);
      case ARRAY -> {
        ObjectNode json = described(TYPE, "array");
        json.set("items", type(schema.getElementType()));
        yield json;
      }
      case MAP -> {
        ObjectNode json = described(TYPE, "object");
        json.set("additionalProperties", type(schema.getValueType()));
        yield json;
      }
      case ENUM -> {
        ObjectNode json = described(TYPE, "string");
        schema.getEnumSymbols().forEach(json.putArray("enum")::add);
        yield json;
      }
      case BYTES, FIXED -> described(TYPE, "string").put("contentEncoding", "base64");
      case BOOLEAN -> described(TYPE, "boolean");
      case FLOAT, DOUBLE -> described(TYPE, "number");
      case INT, LONG ->
          schema.getLogicalType() == null
              ? described(TYPE, "integer")
              : described(TYPE, "string").put("format", "date-time");
      case STRING -> described(TYPE, "string");
      case NULL -> described(TYPE, "null");
    };
  }

  private ObjectNode union(Schema schema) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var any = json.putArray("anyOf");
    schema.getTypes().forEach(type -> any.add(type(type)));
    return json;
  }

  private static ObjectNode described(String key, String value) {
    return JsonNodeFactory.instance.objectNode().put(key, value);
  }
}
