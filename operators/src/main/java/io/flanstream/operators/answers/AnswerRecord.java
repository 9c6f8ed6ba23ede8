package io.flanstream.operators.answers;

import io.flanstream.schemas.EnrichedEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * The answers of an event as one flat record: id, event time and a field for each column. All that
 * comes of tasks may be null and is by default, so that a schema with more tasks reads what one
 * with fewer has written.
 */
public final class AnswerRecord {
  /** Name of the event's id. */
  public static final String ID = "id";

  /** Name of the event's time. */
  public static final String EVENT_TIME = "event_time";

  private static final String NAMESPACE = "io.flanstream.schemas";
  private static final String NO_LETTER = "[^A-Za-z0-9_]";

  private final List<AnswerColumn> columns;
  private final Schema schema;

  /**
   * Records with these columns.
   *
   * @param name simple name of the schema
   * @param columns the columns, each of another name
   */
  public AnswerRecord(String name, List<AnswerColumn> columns) {
    this.columns = List.copyOf(columns);
    this.schema = schema(name, columns);
  }

  /** Schema of the records. */
  public Schema schema() {
    return schema;
  }

  /** The answers of an event by the names of their columns. */
  public Map<String, Object> values(EnrichedEvent event) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(ID, event.getId());
    values.put(EVENT_TIME, event.getEventTime());
    columns.forEach(column -> values.put(column.name(), column.of(event)));
    return values;
  }

  /** The answers of an event, times, days and decimals as Java has them. */
  public GenericRecord of(EnrichedEvent event) {
    GenericData.Record answers = new GenericData.Record(schema);
    int at = 0;
    for (Object value : values(event).values()) {
      answers.put(at++, value);
    }
    return answers;
  }

  /**
   * What columns are called in Avro, whose names have letters, digits and underscores only.
   *
   * @param columns the columns
   * @return their names in Avro by their own, id and event time included
   */
  public static Map<String, String> avroNames(List<AnswerColumn> columns) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(ID, ID);
    names.put(EVENT_TIME, EVENT_TIME);
    // A name that is one already is not taken from its column.
    Set<String> taken = new HashSet<>(names.keySet());
    columns.stream().map(AnswerColumn::name).filter(AnswerRecord::isName).forEach(taken::add);
    for (AnswerColumn column : columns) {
      names.put(column.name(), isName(column.name()) ? column.name() : free(column.name(), taken));
    }
    return names;
  }

  private static boolean isName(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*");
  }

  private static String free(String name, Set<String> taken) {
    String plain = name.replaceAll(NO_LETTER, "_");
    String start = isName(plain) ? plain : "_" + plain;
    String free = start;
    for (int number = 2; !taken.add(free); number++) {
      free = start + "_" + number;
    }
    return free;
  }

  private static Schema schema(String name, List<AnswerColumn> columns) {
    Map<String, String> names = avroNames(columns);
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field(ID, Schema.create(Schema.Type.STRING), "Identifier of the event."));
    fields.add(
        new Schema.Field(
            EVENT_TIME,
            LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)),
            "When the event happened."));
    for (AnswerColumn column : columns) {
      fields.add(
          new Schema.Field(
              names.get(column.name()),
              Schema.createUnion(Schema.create(Schema.Type.NULL), type(column.type())),
              doc(column),
              JsonProperties.NULL_VALUE));
    }
    return Schema.createRecord(name, "Answers of an event.", NAMESPACE, false, fields);
  }

  private static String doc(AnswerColumn column) {
    return switch (column.content()) {
      case LABEL -> "Label of task %s; null where it abstained or failed.".formatted(column.task());
      case SCORE -> "Probability of the label of task %s.".formatted(column.task());
      case VALUE, TYPED_VALUE ->
          "Field %s of task %s; null where the text has none."
              .formatted(column.field(), column.task());
      case ANSWER -> "Answer of task %s; null where it wrote none.".formatted(column.task());
    };
  }

  private static Schema type(AnswerColumn.Type type) {
    return switch (type) {
      case STRING -> Schema.create(Schema.Type.STRING);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case BIGINT -> Schema.create(Schema.Type.LONG);
      case DECIMAL ->
          LogicalTypes.decimal(AnswerColumn.DECIMAL_PRECISION, AnswerColumn.DECIMAL_SCALE)
              .addToSchema(Schema.create(Schema.Type.BYTES));
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
    };
  }
}
