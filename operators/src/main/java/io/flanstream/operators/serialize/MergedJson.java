package io.flanstream.operators.serialize;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Puts one more member at the end of a JSON object, whose other bytes stay what they are. */
final class MergedJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String field;
  private final byte[] name;

  MergedJson(String field) {
    this.field = field;
    this.name =
        ('"' + new String(JsonStringEncoder.getInstance().quoteAsString(field)) + "\":")
            .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Adds the member.
   *
   * @param object a JSON object in UTF-8, with nothing but white space behind it
   * @param value the member's JSON
   * @return the object with the member
   * @throws RejectedRecordException if it has a member of that name
   */
  byte[] merge(byte[] object, byte[] value) throws IOException, RejectedRecordException {
    refuseTaken(object);
    int end = object.length - 1;
    while (object[end] != '}') {
      end--;
    }
    int last = end - 1;
    while (isSpace(object[last])) {
      last--;
    }
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(object.length + name.length + value.length + 1);
    out.write(object, 0, last + 1);
    if (object[last] != '{') {
      out.write(',');
    }
    out.write(name);
    out.write(value);
    out.write(object, last + 1, object.length - last - 1);
    return out.toByteArray();
  }

  private void refuseTaken(byte[] object) throws IOException, RejectedRecordException {
    try (JsonParser json = FACTORY.createParser(object)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the record must be a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        if (json.currentName().equals(field)) {
          throw taken(field);
        }
        json.nextToken();
        json.skipChildren();
      }
    }
  }

  /** A record that has the field already. */
  static RejectedRecordException taken(String field) {
    return new RejectedRecordException(
        Reason.FIELD_TAKEN,
        "Cannot merge answers into record: it must have no field \"%s\" of its own; sink.answers-field names another"
            .formatted(field));
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
  }
}
