package io.flanstream.operators.serialize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.ingest.AvroReader;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Generation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events of pipelines in which no task writes are what they were before tasks could, and both forms
 * are read.
 */
class EnrichedFormsTest {
  private static final Path RELEASED =
      Path.of(System.getProperty("flanstream.root"), "schemas/src/test/resources/released/0.1.0");
  private static final Generation WRITTEN = new Generation("summary", "so", null, -0.5, true);

  @ParameterizedTest
  @ValueSource(strings = {"EnrichedEvent-full.avro", "EnrichedEvent-least.avro"})
  void withoutGenerationsTheBytesAreWhatTheyWereBeforeThereWereAny(String file) throws IOException {
    EnrichedEvent event = event(file);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    BinaryEncoder out = EncoderFactory.get().binaryEncoder(whole, null);
    new SpecificDatumWriter<>(EnrichedEvent.class).write(event, out);
    out.flush();

    byte[] value = encoder(RecordFormat.AVRO).encode(event);

    // Null is one byte, the last.
    assertThat(Arrays.copyOf(value, value.length + 1)).isEqualTo(whole.toByteArray());
    assertThat(EnrichedForms.read(value)).isEqualTo(event);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void bothFormsAreReadAndNeitherIsTheOther(int generations) throws Exception {
    EnrichedEvent event = event();
    event.setGenerations(Collections.nCopies(generations, WRITTEN));
    byte[] value = encoder(RecordFormat.AVRO).encode(event);

    assertThat(EnrichedForms.read(value)).isEqualTo(event);
    AvroReader reader =
        new AvroReader(EnrichedEvent.getClassSchema(), EnrichedEvent.getClassSchema());
    assertThat(reader.read(value, 0)).hasToString(event.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"JSON", "AVRO"})
  void eachEventHasItsOwnForm(RecordFormat format) throws IOException {
    EnrichedEvent with = event();
    with.setGenerations(List.of(WRITTEN));
    EnrichedEncoder encoder = encoder(format);
    byte[] before = encoder.encode(event());
    byte[] value = encoder.encode(with);

    assertThat(encoder.encode(event())).isEqualTo(before);
    assertThat(value.length).isGreaterThan(before.length);
    if (format == RecordFormat.JSON) {
      assertThat(new String(before, UTF_8))
          .doesNotContain("generations")
          .isEqualTo(PlainJson.text(event()));
      assertThat(new String(value, UTF_8))
          .endsWith(
              ",\"generations\":[{\"task\":\"summary\",\"text\":\"so\",\"answer\":null,\"logprob\":-0.5,\"finished\":true}]}")
          .isEqualTo(PlainJson.text(with));
    }
  }

  private static EnrichedEncoder encoder(RecordFormat format) {
    return new EnrichedEncoder(new RecordForm(format));
  }

  private static EnrichedEvent event() throws IOException {
    return event("EnrichedEvent-least.avro");
  }

  private static EnrichedEvent event(String released) throws IOException {
    return new SpecificDatumReader<EnrichedEvent>(
            new Schema.Parser().parse(RELEASED.resolve("EnrichedEvent.avsc").toFile()),
            EnrichedEvent.getClassSchema())
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(Files.readAllBytes(RELEASED.resolve(released)), null));
  }
}
