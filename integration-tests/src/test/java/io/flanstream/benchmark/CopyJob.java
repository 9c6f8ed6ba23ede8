package io.flanstream.benchmark;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.topology.EnrichmentJob;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What Flink does at the least: values from a topic to a topic, exactly once. */
final class CopyJob {
  private CopyJob() {}

  static void add(StreamExecutionEnvironment env, Pipeline pipeline, String run) {
    copy(env, pipeline, run, UnaryOperator.identity());
  }

  /** The same with something done to each value on its way. */
  static void add(
      StreamExecutionEnvironment env,
      Pipeline pipeline,
      String run,
      MapFunction<byte[], byte[]> work) {
    copy(
        env,
        pipeline,
        run,
        values ->
            values
                .map(work)
                .uid("work")
                .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
  }

  private static void copy(
      StreamExecutionEnvironment env,
      Pipeline pipeline,
      String run,
      UnaryOperator<DataStream<byte[]>> work) {
    env.configure(EnrichmentJob.configuration(pipeline));
    String servers = pipeline.kafka().bootstrapServers();
    String topic = pipeline.sink().topic();
    KafkaSource<byte[]> source =
        KafkaSource.<byte[]>builder()
            .setBootstrapServers(servers)
            .setGroupId(run)
            .setTopics(pipeline.source().topic())
            .setProperty("isolation.level", "read_committed")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(OffsetsInitializer.latest())
            .setDeserializer(new Values())
            .build();
    KafkaSink<byte[]> sink =
        KafkaSink.<byte[]>builder()
            .setBootstrapServers(servers)
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(run)
            .setProperty("transaction.timeout.ms", "600000")
            .setRecordSerializer(
                (KafkaRecordSerializationSchema<byte[]>)
                    (value, context, time) -> new ProducerRecord<>(topic, value))
            .build();
    work.apply(env.fromSource(source, WatermarkStrategy.noWatermarks(), "source").uid("source"))
        .sinkTo(sink)
        .uid("sink");
  }

  private static final class Values implements KafkaRecordDeserializationSchema<byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<byte[]> out) {
      out.collect(record.value());
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
      return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
  }
}
