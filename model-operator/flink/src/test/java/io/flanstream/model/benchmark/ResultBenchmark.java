package io.flanstream.model.benchmark;

import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificDatumWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An event with a label of 20 and three values, as bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ResultBenchmark {
  private static final int LABELS = 20;

  private final EnrichedEvent event = event();
  private final SpecificDatumWriter<EnrichedEvent> writer =
      new SpecificDatumWriter<>(EnrichedEvent.class);
  private final ByteBuffer bytes = encode(event);

  private static EnrichedEvent event() {
    return EnrichedEvent.newBuilder()
        .setId("messages-3-1234567890")
        .setEventTime(Instant.EPOCH)
        .setSource(new Source("messages", 3, 1_234_567_890L))
        .setAttributes(Map.of("channel", "chat"))
        .setText(null)
        .setClassifications(
            List.of(
                new Classification(
                    "intent",
                    "label 0",
                    0.5,
                    BenchmarkTexts.labels(LABELS).stream()
                        .map(label -> new Alternative(label, 1.0 / LABELS, null))
                        .toList(),
                    false)))
        .setExtractions(
            List.of(
                new Extraction(
                    "table", List.of(field("people"), field("date"), field("time")), List.of())))
        .setStatus(
            List.of(
                new TaskStatus("intent", "OK", null, null),
                new TaskStatus("table", "OK", null, null)))
        .setFidelity(new Fidelity(90, 0, 0, 1))
        .setModel(new ModelInfo("flan-ul2", "ab".repeat(32), "bfloat16", "0123456789ab"))
        .build();
  }

  private static ExtractedField field(String name) {
    return new ExtractedField(name, "eight", 10, 15, 0.5, null, null);
  }

  private static ByteBuffer encode(EnrichedEvent event) {
    try {
      return EnrichedEvent.getEncoder().encode(event);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Benchmark
  public ByteBuffer avro() throws IOException {
    return EnrichedEvent.getEncoder().encode(event);
  }

  @Benchmark
  public EnrichedEvent avroBack() throws IOException {
    return EnrichedEvent.getDecoder().decode(bytes.duplicate());
  }

  @Benchmark
  public byte[] json() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(EnrichedEvent.getClassSchema(), out);
    writer.write(event, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
