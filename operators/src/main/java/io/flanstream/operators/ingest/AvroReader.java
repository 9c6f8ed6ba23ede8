package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.IOException;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Avro's binary form to records. As new after a failure; one thread at a time. */
public final class AvroReader {
  static final GenericData DATA = new GenericData();

  static {
    DATA.addLogicalTypeConversion(new Conversions.DecimalConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.DateConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
    DATA.setFastReaderEnabled(false);
  }

  private final Schema written;
  private final Schema read;
  private BoundedReader reader;

  /**
   * Reads records of one schema.
   *
   * @param written schema that they were written with
   * @param expected schema that they are to have, except that dates, times and decimals have the
   *     units and scales that were written
   * @throws IllegalArgumentException if a field was written as what it cannot be read as
   */
  public AvroReader(Schema written, Schema expected) {
    this.written = written;
    this.read = ReadingSchema.of(written, expected);
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
  public GenericRecord read(byte[] value, int from) throws RejectedRecordException {
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
    return new BoundedReader(written, read, DATA);
  }
}
