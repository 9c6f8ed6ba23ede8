package io.flanstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * What everything round the model costs: a pipeline whose device answers at once, beside a bare
 * copy job with the same guarantee, in turn in one run. Prints ratios; only the counts are
 * asserted.
 *
 * <p>{@code mvn -B verify -Pbenchmark -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false
 * -Dit.test=PipelineBenchmark -Dfailsafe.failIfNoSpecifiedTests=false}
 */
class PipelineBenchmark {
  private static final int RECORDS = Integer.getInteger("flanstream.benchmark.records", 200_000);
  private static final int ROUNDS = Integer.getInteger("flanstream.benchmark.rounds", 3);
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASSIFY =
      """
        - name: intent
          type: classification
          labels: [card_arrival, change_pin, exchange_rate, restaurant_reservation, play_music]
      """;
  private static final String EXTRACT =
      """
        - name: details
          type: extraction
          fields-at-once: true
          fields: [people, date, time]
      """;

  private EmbeddedKafka kafka;
  private int runs;

  @Test
  void overheadOfThePipeline() throws Exception {
    try (EmbeddedKafka broker = EmbeddedKafka.start()) {
      kafka = broker;
      kafka.createTopics(1, "messages");
      fill();
      copy();
      double tokenizing = ratio("a copy that tokenises once", this::tokenize);
      double classifying = ratio("classification, 5 labels", () -> enrich(CLASSIFY));
      double both =
          ratio("classification and extraction of 3 fields", () -> enrich(CLASSIFY + EXTRACT));
      System.out.printf(
          Locale.ROOT,
          "records/s over those of a copy: %.2f tokenising alone, %.2f classifying, %.2f with"
              + " extraction%n",
          tokenizing,
          classifying,
          both);
    }
  }

  private double ratio(String title, Callable<Double> work) throws Exception {
    work.call();
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      double copied = copy();
      double enriched = work.call();
      ratios.add(enriched / copied);
      System.out.printf(
          Locale.ROOT,
          "%s, round %s: copy %,.0f records/s, this %,.0f records/s, ratio %.2f%n",
          title,
          round + 1,
          copied,
          enriched,
          enriched / copied);
    }
    return ratios.stream().sorted().skip(ROUNDS / 2).findFirst().orElseThrow();
  }

  private double copy() throws Exception {
    String run = "copy-" + runs++;
    kafka.createTopics(1, run, "dead-" + run);
    Pipeline pipeline = pipeline(run, CLASSIFY);
    return measure(run, env -> CopyJob.add(env, pipeline, run));
  }

  private double tokenize() throws Exception {
    String run = "tokenize-" + runs++;
    kafka.createTopics(1, run, "dead-" + run);
    Pipeline pipeline = pipeline(run, CLASSIFY);
    TokenizeFunction work = new TokenizeFunction(ROOT.resolve("deploy/models/flan-mini"));
    return measure(run, env -> CopyJob.add(env, pipeline, run, work));
  }

  private double enrich(String tasks) throws Exception {
    String run = "enrich-" + runs++;
    kafka.createTopics(1, run, "dead-" + run);
    Pipeline pipeline = pipeline(run, tasks);
    InstantModel model = new InstantModel(ROOT.resolve("deploy/models/flan-mini").toString());
    return measure(run, env -> EnrichmentJob.add(env, pipeline, model));
  }

  private double measure(String topic, Job job) throws Exception {
    Configuration config = new Configuration();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, config);
    job.addTo(env);
    Duration took = Duration.ofMillis(env.execute(topic).getNetRuntime());
    assertThat(count(topic)).isEqualTo(RECORDS);
    return RECORDS / (took.toMillis() / 1000.0);
  }

  private Pipeline pipeline(String topic, String tasks) {
    return PipelineFile.parse(
        """
        name: %s
        kafka: { bootstrap-servers: "%s" }
        source: { topic: messages, attributes: [channel], from: earliest, to: latest }
        model: { path: deploy/models/flan-mini }
        tasks:
        %s
        sink: { topic: %s }
        dead-letters: { topic: dead-%s }
        job: { max-in-flight: 512, checkpoint-interval: 1s }
        """
            .formatted(topic, kafka.bootstrapServers(), tasks.stripTrailing(), topic, topic),
        "benchmark.yaml",
        ROOT);
  }

  private void fill() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("deploy/demo/messages.jsonl"));
    List<String> expected = Files.readAllLines(ROOT.resolve("deploy/demo/expected.jsonl"));
    List<ObjectNode> good = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (expected.get(i).contains("\"ENRICHED\"")) {
        good.add((ObjectNode) JSON.readTree(lines.get(i)));
      }
    }
    List<String> texts = good.stream().map(message -> message.get("text").asText()).toList();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        int at = i % good.size();
        // Equal texts in flight would be computed once.
        byte[] value =
            JSON.writeValueAsBytes(good.get(at).put("text", texts.get(at) + " no. " + i));
        var unused = producer.send(new ProducerRecord<>("messages", value));
      }
    }
  }

  private long count(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      long records = 0;
      while (consumer.position(partition) < end) {
        records += consumer.poll(Duration.ofSeconds(1)).count();
      }
      return records;
    }
  }

  private interface Job {
    void addTo(StreamExecutionEnvironment env);
  }
}
