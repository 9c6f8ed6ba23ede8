package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JSON and CSV without masked values. Numbers keep their digits; one that has a value is null. */
final class MaskedJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final CsvMapper CSV = new CsvMapper();

  private MaskedJson() {}

  /**
   * The value of a record without the values; as it came where it has none.
   *
   * @param record a record whose value is JSON
   */
  static byte[] value(KafkaRecord record, PayloadForm form, MaskedFields fields)
      throws RejectedRecordException {
    byte[] value = record.value();
    int frame =
        form.format() == PayloadFormat.JSON_CONFLUENT
                && SchemaHeader.of(record).isEmpty()
                && WireFormat.schemaId(value).isPresent()
            ? WireFormat.HEADER_BYTES
            : 0;
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length);
    out.write(value, 0, frame);
    try (JsonParser in = FACTORY.createParser(value, frame, value.length - frame);
        JsonGenerator masked = FACTORY.createGenerator(out)) {
      while (in.nextToken() != null) {
        copy(in, masked, fields);
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot mask JSON: " + e.getMessage(), e);
    }
    return fields.hasChanged() ? out.toByteArray() : value;
  }

  private static void copy(JsonParser in, JsonGenerator masked, MaskedFields fields)
      throws IOException {
    JsonToken token = in.currentToken();
    switch (token) {
      case FIELD_NAME -> masked.writeFieldName(fields.text(in.currentName()));
      case VALUE_STRING ->
          masked.writeString(
              fields.field(path(in.getParsingContext().pathAsPointer()), in.getText()));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        if (fields.repeats(in.getText())) {
          fields.change(token);
          masked.writeNull();
        } else {
          masked.writeNumber(in.getText());
        }
      }
      default -> masked.copyCurrentEvent(in);
    }
  }

  private static List<String> path(JsonPointer pointer) {
    List<String> path = new ArrayList<>();
    for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
      path.add(at.getMatchingProperty());
    }
    return path;
  }

  /** A row of CSV without the values. */
  static byte[] row(JsonNode row, CsvColumns form, MaskedFields fields) {
    CsvSchema.Builder schema = CsvSchema.builder().setColumnSeparator(form.separator());
    form.names().forEach(schema::addColumn);
    ObjectNode masked = CSV.createObjectNode();
    row.properties()
        .forEach(
            field ->
                masked.put(
                    field.getKey(),
                    field.getValue().isNull()
                        ? null
                        : fields.field(List.of(field.getKey()), field.getValue().asText())));
    try {
      return CSV.writer(schema.build()).writeValueAsBytes(masked);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot mask CSV: " + e.getMessage(), e);
    }
  }
}
