package io.flanstream.operators.serialize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The schema of a record with one more field for its answers. It is the last, so that a merged
 * record is the bytes of the record, then those of the answers. The field may be null and is by
 * default: whoever reads with the merged schema reads the records as they came, too, and whoever
 * reads with theirs reads merged ones.
 *
 * @param field name of the field
 * @param answers schema of the answers
 */
public record MergedSchema(String field, Schema answers) {
  /** Which branch of the field's union has the answers, as Avro writes it. */
  static final byte ANSWERS_BRANCH = 2;

  private static final String OUTERMOST = "WithAnswers";
  private static final JsonMapper MAPPER = new JsonMapper();

  /**
   * The schema of merged records.
   *
   * @param written schema that the records came with
   * @throws RejectedRecordException if it has the field already, or a type named as the answers'
   */
  public Schema of(Schema written) throws RejectedRecordException {
    if (written.getField(field) != null) {
      throw MergedJson.taken(field);
    }
    try {
      ObjectNode merged = (ObjectNode) MAPPER.readTree(base(written).toString());
      ObjectNode added = ((ArrayNode) merged.get("fields")).addObject();
      added.put("name", field);
      added.putArray("type").add("null").add(MAPPER.readTree(answers.toString()));
      added.put("doc", "Answers of the model.");
      added.putNull("default");
      return new Schema.Parser().setValidateDefaults(false).parse(merged.toString());
    } catch (JsonProcessingException | AvroRuntimeException e) {
      throw new RejectedRecordException(
          Reason.INVALID_RECORD,
          "Cannot merge answers into record: schema %s must take a field \"%s\" of type %s: %s"
              .formatted(written.getFullName(), field, answers.getFullName(), e.getMessage()));
    }
  }

  /**
   * The record that the field is added to. One that can hold itself gets another name: those that
   * it holds have no answers.
   */
  private static Schema base(Schema written) {
    Set<String> seen = new HashSet<>();
    if (written.getFields().stream().noneMatch(of -> holds(of.schema(), written, seen))) {
      return written;
    }
    Schema base =
        Schema.createRecord(
            written.getName() + OUTERMOST, written.getDoc(), written.getNamespace(), false);
    written.getObjectProps().forEach(base::addProp);
    base.setFields(
        written.getFields().stream().map(of -> new Schema.Field(of, of.schema())).toList());
    return base;
  }

  private static boolean holds(Schema schema, Schema record, Set<String> seen) {
    return switch (schema.getType()) {
      case ARRAY -> holds(schema.getElementType(), record, seen);
      case MAP -> holds(schema.getValueType(), record, seen);
      case UNION -> schema.getTypes().stream().anyMatch(branch -> holds(branch, record, seen));
      case RECORD ->
          schema.getFullName().equals(record.getFullName())
              || (seen.add(schema.getFullName())
                  && schema.getFields().stream().anyMatch(of -> holds(of.schema(), record, seen)));
      default -> false;
    };
  }
}
