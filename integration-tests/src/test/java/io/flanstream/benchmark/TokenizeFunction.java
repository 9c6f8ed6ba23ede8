package io.flanstream.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.TextModel;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** The least that a model's step does to a message: its JSON read, and its text tokenised once. */
final class TokenizeFunction extends RichMapFunction<byte[], byte[]> {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String checkpoint;
  private transient TextModel model;
  private transient long tokens;

  TokenizeFunction(Path checkpoint) {
    this.checkpoint = checkpoint.toString();
  }

  @Override
  public void open(OpenContext context) {
    model = new InstantModel(checkpoint).open();
    getRuntimeContext().getMetricGroup().gauge("tokens", () -> tokens);
  }

  @Override
  public byte[] map(byte[] value) throws IOException {
    tokens += model.tokenizer().ids(JSON.readTree(value).get("text").textValue()).length;
    return value;
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
  }
}
