package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Avro's binary form to records. As new after a failure; one thread at a time. */
final class AvroReader {
  static final GenericData DATA = new GenericData();

  static {
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    DATA.setFastReaderEnabled(false);
  }

  private final Schema written;
  private final Schema expected;
  private BoundedReader reader;

  /**
   * Reads records of one schema.
   *
   * @param written schema that they were written with
   * @param expected schema that they are to have
   */
  AvroReader(Schema written, Schema expected) {
    this.written = written;
    this.expected = expected;
    this.reader = newReader();
  }

  /**
   * Reads a record.
   *
   * @param value bytes that end as the record does
   * @param from index of the record's first byte
   * @return the record
   * @throws RejectedRecordException if they are none
   */
  GenericRecord read(byte[] value, int from) throws RejectedRecordException {
    try {
      return reader.read(value, from);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // A reader that failed midway can stay wrong (FLINK-31951).
      reader = newReader();
      throw new RejectedRecordException(
          Reason.INVALID_AVRO,
          "Cannot decode value: its %s bytes must be an Avro record %s: %s"
              .formatted(
                  value.length - from,
                  written.getFullName(),
                  e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
  }

  private BoundedReader newReader() {
    return new BoundedReader(written, expected, DATA);
  }
}
