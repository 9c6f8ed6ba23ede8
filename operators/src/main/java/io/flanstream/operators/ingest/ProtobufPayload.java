package io.flanstream.operators.ingest;

import com.google.protobuf.Message;
import io.flanstream.operators.protobuf.ProtobufJson;
import java.util.List;
import java.util.Optional;

/**
 * A decoded Protobuf message, whose parts are those of its JSON.
 *
 * @param message the message
 * @param from index of its first byte in the value
 * @param json the same as JSON
 */
record ProtobufPayload(Message message, int from, JsonPayload json) implements Payload {

  ProtobufPayload(Message message, int from) {
    this(message, from, new JsonPayload(ProtobufJson.tree(message)));
  }

  @Override
  public Object at(List<String> path) {
    return json.at(path);
  }

  @Override
  public Optional<Payload> member(String name) {
    return json.member(name);
  }

  @Override
  public List<String> fields() {
    return json.fields();
  }
}
