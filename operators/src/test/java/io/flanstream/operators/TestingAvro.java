package io.flanstream.operators;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Bytes of values as producers write them. */
public final class TestingAvro {
  private TestingAvro() {}

  /** A value in Avro's binary form. */
  public static byte[] bytes(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** What comes after a schema registry's frame: a zero byte and a schema's id. */
  public static byte[] framed(int id, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer framed = ByteBuffer.allocate(5 + length).put((byte) 0).putInt(id);
    for (byte[] part : parts) {
      framed.put(part);
    }
    return framed.array();
  }
}
