package io.flanstream.operators.serialize;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Records to bytes. Thread-safe. */
interface RecordEncoder {

  /**
   * Encodes a record.
   *
   * @param record a record
   * @return its bytes
   * @throws IOException if it is not of its schema; some records throw a RuntimeException instead
   */
  byte[] encode(SpecificRecord record) throws IOException;

  static RecordEncoder of(RecordFormat format) {
    return switch (format) {
      case AVRO -> RecordEncoder::avro;
      case JSON -> PlainJson::bytes;
    };
  }

  private static byte[] avro(SpecificRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
