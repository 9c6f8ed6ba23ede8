package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** UTF-8 that replaces nothing. */
final class StrictUtf8 {

  private StrictUtf8() {}

  static String decode(byte[] bytes) throws RejectedRecordException {
    CharBuffer out = CharBuffer.allocate(bytes.length);
    int valid = decode(bytes, out);
    if (valid < bytes.length) {
      throw new RejectedRecordException(
          Reason.INVALID_UTF8,
          "Cannot decode value: byte %s of %s must be UTF-8, got 0x%s"
              .formatted(valid, bytes.length, HexFormat.of().toHexDigits(bytes[valid])));
    }
    return out.flip().toString();
  }

  static boolean isValid(byte[] bytes) {
    return decode(bytes, CharBuffer.allocate(bytes.length)) == bytes.length;
  }

  /** Number of bytes before the first that is not UTF-8. */
  private static int decode(byte[] bytes, CharBuffer out) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(in, out, true);
    return in.position();
  }
}
