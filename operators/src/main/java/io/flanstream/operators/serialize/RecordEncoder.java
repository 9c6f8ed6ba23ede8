package io.flanstream.operators.serialize;

import java.io.IOException;
import org.apache.avro.generic.IndexedRecord;

/** Records to bytes; one operator's own, all of one schema. */
interface RecordEncoder {

  /**
   * Encodes a record.
   *
   * @param record a record
   * @return its bytes
   * @throws IOException if it is not of its schema; some records throw a RuntimeException instead
   */
  byte[] encode(IndexedRecord record) throws IOException;
}
