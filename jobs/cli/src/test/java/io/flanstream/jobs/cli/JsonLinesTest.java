package io.flanstream.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.ModelException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JsonLinesTest {
  private static final String LINES =
      """
      {"id": "1", "text": "a"}
      {"id": "2", "text": "b"}
      {"id": "3", "text": "c"}
      """;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @Test
  void aLineThatFailsIsALine() throws IOException, InterruptedException {
    assertThat(run(ModelException.Code.NOT_FINITE)).isEqualTo(1);
    assertThat(output.toString(UTF_8).lines())
        .containsExactly(
            "{}",
            "{\"line\":2,\"id\":\"2\",\"error\":{\"code\":\"NOT_FINITE\",\"message\":\"failed\"}}",
            "{}");
  }

  @Test
  void aLostDeviceEndsTheRunAndIsNoLinesFault() {
    assertThatThrownBy(() -> run(ModelException.Code.DEVICE_LOST))
        .isInstanceOf(CommandException.class)
        .hasMessage("Cannot answer line 2, nor those behind it: failed");
    assertThat(output.toString(UTF_8).lines()).containsExactly("{}");
  }

  private long run(ModelException.Code code) throws IOException, InterruptedException {
    return new JsonLines(
            RequestLine::parse,
            line ->
                line.number() == 2
                    ? CompletableFuture.failedFuture(new ModelException(code, "failed"))
                    : CompletableFuture.completedFuture("{}"),
            2)
        .run(new ByteArrayInputStream(LINES.getBytes(UTF_8)), output);
  }
}
