package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.integration.TestingEventTimeProbe.Seen;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.operators.serialize.OutboundRecord;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Event time and watermarks, as an operator behind the enrichment sees them. */
@Timeout(600)
class EventTimeITCase {
  private static final long BEGIN = 1_767_225_600_000L;
  private static final long OUT_OF_ORDER = 2_000;
  private static final int RECORDS = 600;

  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static TestingTopics topics;

  @TempDir Path directory;

  @BeforeAll
  static void startKafka() throws IOException {
    topics = new TestingTopics(SERVERS.kafka());
  }

  /** The model answers out of order; no answer comes after a watermark that says it cannot. */
  @Test
  void noResultIsLate() throws Exception {
    topics.create(1, "ordered");
    topics.write(records("ordered"));

    submit("ordered", 1, ", to: latest").getJobExecutionResult().get();

    List<Seen> seen = TestingEventTimeProbe.seen("ordered");
    List<Seen> results = seen.stream().filter(one -> one.value() != null).toList();
    assertThat(results)
        .hasSize(RECORDS)
        .allSatisfy(
            one ->
                assertThat(one.timestamp())
                    .isEqualTo(
                        TestingTopics.decoded(one.value(), new EnrichedEvent())
                            .getEventTime()
                            .toEpochMilli())
                    .isGreaterThan(one.watermark()));
    assertThat(seen.stream().map(Seen::watermark)).isSorted();
    assertThat(results.get(RECORDS - 1).watermark())
        .as("watermarks pass while results do")
        .isGreaterThan(BEGIN);
    assertThat(seen.get(seen.size() - 1).watermark()).isEqualTo(Long.MAX_VALUE);
  }

  /** One of two partitions is empty, and has a subtask of its own. */
  @Test
  void anIdlePartitionDoesNotHoldTheWatermarkBack() throws Exception {
    topics.create(2, "idle");
    topics.write(records("idle"));

    JobClient job = submit("idle", 2, ", idle-timeout: 300ms");
    try {
      long last = BEGIN + (RECORDS - 1) * 10L - OUT_OF_ORDER - 1;
      while (TestingEventTimeProbe.seen("idle").stream()
          .noneMatch(one -> one.watermark() >= last)) {
        assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } finally {
      job.cancel().get();
    }
  }

  /** Events 10 ms apart, each at most so much out of order, all in the first partition. */
  private static List<ProducerRecord<byte[], byte[]>> records(String topic) {
    Random random = new Random(7);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      long late = i == RECORDS - 1 ? 0 : random.nextLong(OUT_OF_ORDER);
      String value =
          "{\"id\": \"m%s\", \"text\": \"message %s\", \"eventTime\": %s}"
              .formatted(i, i, BEGIN + i * 10L - late);
      records.add(new ProducerRecord<>(topic, 0, null, value.getBytes(UTF_8)));
    }
    return records;
  }

  private JobClient submit(String name, int parallelism, String source) throws Exception {
    Configuration config = new Configuration();
    config.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(1));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, config);
    String yaml =
        """
        name: %s
        kafka: { bootstrap-servers: "%s" }
        source: { topic: %s, from: earliest, max-out-of-orderness: %s ms%s }
        model: { path: nowhere }
        tasks: [ { name: intent, type: classification, labels: [ask, order, complain] } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        job: { parallelism: %s, model-linger: 0 s, watermarks: true }
        """
            .formatted(
                name, SERVERS.kafka().bootstrapServers(), name, OUT_OF_ORDER, source, parallelism);
    EnrichmentJob.addEnrichment(
            env,
            PipelineFile.parse(yaml, name, directory),
            new TestingModelProvider(name, TestingMessages.MAX_INPUT_TOKENS))
        .enriched()
        .transform("probe", OutboundRecord.TYPE, new TestingEventTimeProbe(name))
        .setParallelism(1)
        .uid("probe")
        .sinkTo(new DiscardingSink<>())
        .uid("end");
    return env.executeAsync(name);
  }
}
