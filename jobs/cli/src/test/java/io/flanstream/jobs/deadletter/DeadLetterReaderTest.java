package io.flanstream.jobs.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.operators.serialize.PlainJson;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.Header;
import io.flanstream.schemas.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterReaderTest {
  private static final RegistryProvider NOBODY =
      new RegistryConnection(
          new RegistrySettings("http://127.0.0.1:1", false, Duration.ofMillis(1), Map.of()));

  @Test
  void readsTheJsonThatTheJobWrites() throws IOException {
    DeadLetter.Builder whole =
        DeadLetter.newBuilder()
            .setSource(new Source("in", 1, 7L))
            .setKey(bytes(1, -1))
            .setPayload(bytes(0, -128, 127))
            .setPayloadLength(3)
            .setPayloadHash("abc")
            .setHeaders(List.of(new Header("a", bytes(5)), new Header("b", null)))
            .setStage("MODEL")
            .setCode("TIMEOUT")
            .setMessage("late \uD83D\uDC4B")
            .setAttempts(2)
            .setLeftOut(List.of("payload"))
            .setRedacted(List.of());
    for (DeadLetter letter :
        List.of(whole.build(), whole.setKey(null).setPayload(null).setHeaders(List.of()).build())) {
      assertThat(
              new DeadLetterReader(RecordFormat.JSON, null)
                  .read(PlainJson.text(letter).getBytes(UTF_8)))
          .isEqualTo(letter);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DeadLetter-full", "DeadLetter-least"})
  void readsWhatTheReleaseBeforeWrote(String sample) throws IOException {
    byte[] released =
        Files.readAllBytes(
            Path.of(
                System.getProperty("flanstream.root"),
                "schemas/src/test/resources/released/0.1.0",
                sample + ".avro"));

    DeadLetter letter = new DeadLetterReader(RecordFormat.AVRO, null).read(released);

    assertThat(letter.getMessage()).isEqualTo("line 1, column 2: got '<'");
    assertThat(letter.getLeftOut()).isNull();
    assertThat(letter.getRedacted()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void anotherRecordIsNoDeadLetter(RecordFormat format) {
    assertThatIOException()
        .isThrownBy(() -> new DeadLetterReader(format, NOBODY).read(new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "{}", "{\"source\":{}}", "[]"})
  void otherJsonIsNoDeadLetter(String json) {
    DeadLetterReader reader = new DeadLetterReader(RecordFormat.JSON, null);
    assertThatIOException()
        .isThrownBy(() -> reader.read(json.getBytes(UTF_8)))
        .withMessageStartingWith("Cannot read dead letter: ");
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }
}
