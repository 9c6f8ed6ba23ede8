package io.flanstream.operators.ingest;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Which branch of a union a value is of. */
final class GenericDataType {

  private GenericDataType() {}

  /** The schema itself where it is no union; null where no branch is the value's. */
  static Schema of(Schema schema, Object value) {
    if (schema == null || !schema.isUnion()) {
      return schema;
    }
    try {
      return schema.getTypes().get(AvroReader.DATA.resolveUnion(schema, value));
    } catch (AvroRuntimeException e) {
      return null;
    }
  }
}
