package io.flanstream.jobs.topology;

import io.flanstream.jobs.kafka.TopicException;
import io.flanstream.jobs.kafka.TopicOffsets;
import io.flanstream.jobs.pipeline.KafkaSettings;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.jobs.pipeline.SinkSettings;
import io.flanstream.jobs.pipeline.SourceOptions;
import io.flanstream.jobs.pipeline.SourceSettings;
import io.flanstream.jobs.pipeline.SourceTopics;
import io.flanstream.jobs.state.OwnerClaim;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.OutboundRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pipeline's topics as Flink's source and sinks. */
final class KafkaEnds {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEnds.class);
  private static final long DEFAULT_PRODUCER_MEMORY = 32L << 20;

  private KafkaEnds() {}

  static Source<KafkaRecord, ?, ?> source(Pipeline pipeline, OwnerClaim claim) {
    SourceSettings settings = pipeline.source();
    KafkaSettings kafka = pipeline.kafka();
    Position end = settings.to().orElse(null);
    KafkaSourceBuilder<KafkaRecord> source =
        KafkaSource.<KafkaRecord>builder()
            .setProperties(end == null ? kafka.clientProperties() : kafka.boundedReaderProperties())
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
            // It would commit what it has read, and not what is written.
            .setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "false")
            .setGroupId(kafka.groupId())
            .setClientIdPrefix(kafka.groupId())
            .setProperty(
                KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
                Long.toString(settings.partitionDiscovery().toMillis()))
            .setDeserializer(new KafkaRecordReader());
    mustNotBeInTheFuture(SourceOptions.FROM, settings.from());
    settings.to().ifPresent(to -> mustNotBeInTheFuture(SourceOptions.TO, to));
    if (end instanceof Position.Offsets ends) {
      source.setPartitions(new HashSet<>(partitions(ends, settings.topics()).keySet()));
    } else if (settings.topics().pattern().isPresent()) {
      source.setTopicPattern(Pattern.compile(settings.topics().pattern().get()));
    } else {
      source.setTopics(settings.topics().names());
    }
    TopicOffsets topics = new TopicOffsets(kafka, settings.topics());
    try {
      // Where a job begins and ends is the same after each of its restarts.
      Position start =
          settings.from() instanceof Position.Latest
              ? topics.resolved(settings.from())
              : settings.from();
      source.setStartingOffsets(offsets(start, settings.topics()));
      if (end == null) {
        return new ResumableSource<>(source.build(), null, settings.topics(), claim);
      }
      Position.Offsets ends = topics.resolved(end);
      source
          .setProperty(KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(), "-1")
          .setUnbounded(offsets(ends, settings.topics()));
      return new ResumableSource<>(
          source.build(), partitions(ends, settings.topics()), settings.topics(), claim);
    } catch (TopicException e) {
      LOG.warn("Only the cluster may reach Kafka; it looks where the topic begins and ends", e);
      source.setStartingOffsets(offsets(settings.from(), settings.topics()));
      if (end != null) {
        source.setBounded(offsets(end, settings.topics()));
      }
      return source.build();
    }
  }

  /** Kafka has no offset for a time that has not come, and gives that of the end. */
  private static void mustNotBeInTheFuture(ConfigOption<String> option, Position position) {
    if (position instanceof Position.Time at && at.time().isAfter(Instant.now())) {
      throw new IllegalArgumentException(
          "Cannot run pipeline: %s must not be in the future, got %s"
              .formatted(option.key(), at.time()));
    }
  }

  static Sink<OutboundRecord> sink(Pipeline pipeline, String purpose) {
    SinkSettings settings = pipeline.sink();
    Properties client = pipeline.kafka().clientProperties();
    client.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        Long.toString(settings.transactionTimeout().toMillis()));
    client.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(settings.maxRecordBytes()));
    // A record that does not fit in here is refused, too.
    client.putIfAbsent(
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Long.toString(Math.max(DEFAULT_PRODUCER_MEMORY, 2L * settings.maxRecordBytes())));
    return new CalmSink<>(
        KafkaSink.<OutboundRecord>builder()
            .setKafkaProducerConfig(client)
            .setBootstrapServers(pipeline.kafka().bootstrapServers())
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix("%s-%s".formatted(settings.transactionalIdPrefix(), purpose))
            .setRecordSerializer(new OutboundRecordWriter())
            .build());
  }

  @SuppressWarnings("deprecation") // The connector asks for Kafka's deprecated enum.
  private static OffsetsInitializer offsets(Position position, SourceTopics topics) {
    if (position instanceof Position.Earliest) {
      return OffsetsInitializer.earliest();
    }
    if (position instanceof Position.Latest) {
      return OffsetsInitializer.latest();
    }
    if (position instanceof Position.Time at) {
      return OffsetsInitializer.timestamp(at.time().toEpochMilli());
    }
    if (position instanceof Position.Offsets at) {
      return OffsetsInitializer.offsets(partitions(at, topics), OffsetResetStrategy.EARLIEST);
    }
    return OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
  }

  private static Map<TopicPartition, Long> partitions(
      Position.Offsets offsets, SourceTopics topics) {
    return offsets.byPartition().entrySet().stream()
        .collect(Collectors.toMap(entry -> topics.partition(entry.getKey()), Map.Entry::getValue));
  }
}
