package io.flanstream.operators;

import static io.flanstream.operators.ingest.TestingRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.EnrichedRecord;
import io.flanstream.operators.serialize.OutboundRecord;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** What is between operators goes through Flink's own serialisers, without Kryo, nulls included. */
class TypesTest {
  private static final KafkaHeader HEADER = new KafkaHeader("h", null);
  private static final TextEvent EVENT =
      new TextEvent("a", "b", Instant.EPOCH, new Source("t", 0, 1L), Map.of("k", "v"));

  @Test
  void everyTypeSurvivesTheWire() throws IOException {
    KafkaRecord bare = record(null, null);
    KafkaRecord full = record(new byte[] {1}, new byte[] {2}, HEADER);
    assertSurvives(bare, KafkaRecord.TYPE);
    assertSurvives(full, KafkaRecord.TYPE);
    assertSurvives(new SourcedEvent(full, EVENT), SourcedEvent.TYPE);
    assertSurvives(new SourcedEvent(bare, null), SourcedEvent.TYPE);
    assertSurvives(new EnrichedRecord(bare, null), EnrichedRecord.TYPE);
    assertSurvives(
        new OutboundRecord("out", new byte[] {1}, null, List.of(HEADER)), OutboundRecord.TYPE);
  }

  private static <T> void assertSurvives(T value, TypeInformation<T> type) throws IOException {
    ExecutionConfig config =
        new ExecutionConfig(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    TypeSerializer<T> serializer = type.createSerializer(config.getSerializerConfig());
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .usingRecursiveComparison()
        .isEqualTo(value);
    assertThat(serializer.copy(value)).usingRecursiveComparison().isEqualTo(value);
  }
}
