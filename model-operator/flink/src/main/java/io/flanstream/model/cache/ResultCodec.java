package io.flanstream.model.cache;

import io.flanstream.model.task.TaskResults;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/** Results as the enriched event of nobody, in Avro's binary form: no digit is lost. */
final class ResultCodec {
  private static final ModelInfo NO_MODEL = new ModelInfo("", "", "", "");
  private static final Source NOWHERE = new Source("", 0, 0L);

  private ResultCodec() {}

  static byte[] encode(TaskResults results) {
    EnrichedEvent event =
        EnrichedEvent.newBuilder()
            .setId("")
            .setEventTime(Instant.EPOCH)
            .setSource(NOWHERE)
            .setAttributes(Map.of())
            .setText(results.masks() == null ? null : MasksCodec.encode(results.masks()))
            .setClassifications(results.classifications())
            .setExtractions(results.extractions())
            .setGenerations(results.generations())
            .setStatus(results.status())
            .setFidelity(results.fidelity())
            .setModel(NO_MODEL)
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new SpecificDatumWriter<>(EnrichedEvent.class).write(event, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep results: they must be of their schema", e);
    }
    return out.toByteArray();
  }

  static TaskResults decode(byte[] bytes) {
    try {
      EnrichedEvent event =
          new SpecificDatumReader<>(EnrichedEvent.class)
              .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
      return new TaskResults(
          event.getClassifications(),
          event.getExtractions(),
          event.getGenerations(),
          event.getStatus(),
          event.getFidelity(),
          event.getText() == null ? null : MasksCodec.decode(event.getText()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read kept results: they must be of their schema", e);
    }
  }
}
