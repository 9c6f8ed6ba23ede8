package io.flanstream.operators.deadletter;

import io.flanstream.schemas.DeadLetter;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Dead letters of the release before. Plain Avro does not say which schema it was written with, so
 * a reader that finds the fields of this release missing has to read by that one.
 */
public final class ReleasedDeadLetter {
  /** The fields that 0.1.0 does not have, which are the last. */
  public static final Set<String> ADDED = Set.of(OriginalRecord.LEFT_OUT, OriginalRecord.REDACTED);

  /** The schema that 0.1.0 writes. */
  public static final Schema SCHEMA = schema();

  private ReleasedDeadLetter() {}

  private static Schema schema() {
    Schema current = DeadLetter.getClassSchema();
    List<Schema.Field> fields =
        current.getFields().stream()
            .filter(field -> !ADDED.contains(field.name()))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    return Schema.createRecord(
        current.getName(), current.getDoc(), current.getNamespace(), false, fields);
  }
}
