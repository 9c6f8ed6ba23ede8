package io.flanstream.operators.serialize;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records of one schema to Avro's binary form, behind a header. Keeps its buffers: not thread-safe.
 */
final class AvroEncoder implements RecordEncoder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
  private final byte[] header;
  private BinaryEncoder encoder;
  private DatumWriter<SpecificRecord> writer;

  AvroEncoder(byte[] header) {
    this.header = header.clone();
  }

  @Override
  public byte[] encode(SpecificRecord record) throws IOException {
    if (writer == null) {
      // Coders generated with the classes write what the generic ones do, without looking at the
      // schema for each field.
      SpecificData data = new SpecificData(record.getClass().getClassLoader());
      data.setCustomCoders(true);
      writer = new SpecificDatumWriter<>(record.getSchema(), data);
    }
    out.reset();
    out.writeBytes(header);
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    writer.write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
