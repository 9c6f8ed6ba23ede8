package io.flanstream.operators.serialize;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
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
  private DatumWriter<IndexedRecord> writer;

  AvroEncoder(byte[] header) {
    this.header = header.clone();
  }

  @Override
  public byte[] encode(IndexedRecord record) throws IOException {
    if (writer == null) {
      writer = record instanceof SpecificRecord ? specific(record) : generic(record);
    }
    out.reset();
    out.writeBytes(header);
    encoder = EncoderFactory.get().binaryEncoder(out, encoder);
    writer.write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /**
   * Coders generated with the classes write what the generic ones do, without looking at the schema
   * for each field.
   */
  private static DatumWriter<IndexedRecord> specific(IndexedRecord record) {
    SpecificData data = new SpecificData(record.getClass().getClassLoader());
    data.setCustomCoders(true);
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    return new SpecificDatumWriter<>(record.getSchema(), data);
  }

  private static DatumWriter<IndexedRecord> generic(IndexedRecord record) {
    GenericData data = new GenericData();
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    data.addLogicalTypeConversion(new TimeConversions.DateConversion());
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    return new GenericDatumWriter<>(record.getSchema(), data);
  }
}
