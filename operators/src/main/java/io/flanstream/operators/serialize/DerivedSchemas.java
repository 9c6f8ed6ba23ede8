package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.registry.RefusedSchemaException;
import io.flanstream.operators.registry.WireFormat;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * What goes before merged records: the id of the schema that is derived from their own. One
 * operator's own.
 */
final class DerivedSchemas {
  private static final int MOST = 1000;
  private static final byte[] NO_HEADER = new byte[0];

  private final RecordForm form;
  private final MergedSchema merged;
  private final Map<Object, byte[]> headers = new HashMap<>();

  DerivedSchemas(RecordForm form, MergedSchema merged) {
    this.form = form;
    this.merged = merged;
  }

  /** Finds the schema that records were written with. */
  @FunctionalInterface
  interface Written {
    Schema schema() throws RejectedRecordException;
  }

  /**
   * What goes before records.
   *
   * @param key what their schema is known by
   * @param written their schema, which is asked for once
   * @throws RejectedRecordException if it has no derived one, or the registry does not take that
   */
  byte[] header(Object key, Written written) throws RejectedRecordException {
    byte[] known = headers.get(key);
    if (known == null) {
      known = header(written.schema());
      if (headers.size() == MOST) {
        headers.clear();
      }
      headers.put(key, known);
    }
    return known;
  }

  private byte[] header(Schema written) throws RejectedRecordException {
    Schema schema = merged.of(written);
    if (form.format() != RecordFormat.AVRO_CONFLUENT) {
      return NO_HEADER;
    }
    try {
      return WireFormat.header(form.subject().schemaId(schema));
    } catch (RefusedSchemaException e) {
      throw new RejectedRecordException(Reason.SCHEMA_REFUSED, e.getMessage());
    }
  }
}
