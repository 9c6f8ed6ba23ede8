package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;

/** The value is the text. */
final class TextDecoder implements PayloadDecoder {
  private final FieldPath textPath;

  TextDecoder(FieldPath textPath) {
    this.textPath = textPath;
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    String text = StrictUtf8.decode(value);
    return path -> path.equals(textPath.segments()) ? text : null;
  }
}
