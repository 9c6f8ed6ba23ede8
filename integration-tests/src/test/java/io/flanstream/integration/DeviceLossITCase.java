package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.benchmark.InstantDevice;
import io.flanstream.integration.TestingLossyDevice.Way;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.local.LocalCluster;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.topology.EnrichmentJob;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.SharedModels;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that is lost while records stream. None of them is at fault.
 *
 * <p>{@code -Dflanstream.losses=20 -Dflanstream.losses.records=100000} is the long form.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DeviceLossITCase {
  private static final int LOSSES = Integer.getInteger("flanstream.losses", 2);
  private static final int RECORDS = Integer.getInteger("flanstream.losses.records", 2000);
  private static final int PARTITIONS = 2;
  private static final int ANY = 1000;
  private static final String TASK_MANAGER = LocalCluster.taskManager(1);
  private static final Path FLAN_MINI = TestingLauncher.ROOT.resolve("deploy/models/flan-mini");
  private static final String CLASSES = "Testing(LossyModel|LossyDevice)(\\$.*)?\\.class";

  @TempDir private Path directory;

  @AfterEach
  void closeModels() {
    SharedModels.closeIdle();
  }

  @Test
  void everyRecordIsEnrichedOnceThroughLossesOfTheDevice() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = write(kafka, RECORDS);
      TestingLossyModel model =
          model(List.of(Way.FAILS, Way.IS_SLOW), LOSSES, RECORDS / (LOSSES + 1), ANY);

      TestingJobs.submit(pipeline(kafka).bounded(), model, restarting())
          .getJobExecutionResult()
          .get();

      assertThat(TestingLossyDevice.lost(directory)).isEqualTo(LOSSES);
      assertThat(model.opened()).as("models, each after a restart").isEqualTo(LOSSES + 1);
      assertEachOnce(topics, RECORDS);
    }
  }

  @Test
  void aDeviceThatIsLostAgainAndAgainFailsTheJobForGood()
      throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = write(kafka, 500);
      TestingLossyModel model = model(List.of(Way.FAILS), ANY, 1, 3);

      assertThatThrownBy(
              () ->
                  TestingJobs.submit(pipeline(kafka).bounded(), model, restarting())
                      .getJobExecutionResult()
                      .get())
          .satisfies(
              thrown ->
                  assertThat(ExceptionUtils.stringifyException(thrown))
                      .contains(
                          "Cannot run job: its device must be lost fewer than model.device-loss.max"
                              + " = 3 times within model.device-loss.within = PT1H, was lost 3"
                              + " times, at last: gone"));

      assertThat(model.opened()).isEqualTo(3);
      assertThat(topics.keys("dead")).isEmpty();
    }
  }

  /** A bound that no call can keep is no event's fault, however often the job is restarted. */
  @Test
  void aCallTimeoutThatNoCallKeepsMakesNoDeadLetters()
      throws ExecutionException, IOException, InterruptedException {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      TestingTopics topics = write(kafka, 300);
      Path file =
          Path.of(TestingPipelines.write(directory, kafka, "late", FLAN_MINI, "parallelism: 2"));
      Files.writeString(
          file, Files.readString(file).replace("threads: 1", "threads: 1, call-timeout: 1 ms"));
      Pipeline pipeline = PipelineFile.read(file).bounded();

      assertThatThrownBy(
              () ->
                  TestingJobs.submit(pipeline, new CheckpointModel(pipeline.model()), restarting())
                      .getJobExecutionResult()
                      .get())
          .satisfies(
              thrown ->
                  assertThat(ExceptionUtils.stringifyException(thrown))
                      .contains(
                          "was lost 5 times, at last: Cannot go on: a call of the device must"
                              + " return within model.call-timeout = PT0.001S, and had not"));

      assertThat(topics.keys("dead")).isEmpty();
    }
  }

  @Test
  void aProcessThatIsBeyondUseEndsAndIsReplaced() throws Exception {
    int records = 2000;
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        TestingCluster cluster = new TestingCluster(directory, "--slots", "2")) {
      TestingTopics topics = write(kafka, records);
      submit(kafka, cluster, model(List.of(Way.HANGS, Way.IS_POISONED), 2, records / 4, ANY));
      while (topics.read("out").size() < records) {
        if (cluster.pids().size() < 2) {
          cluster.up("--slots", "2");
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }

      assertThat(TestingLossyDevice.lost(directory)).isEqualTo(2);
      assertThat(cluster.logged(TASK_MANAGER, "Ending this process with exit code 75"))
          .hasSize(2)
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .contains("a call of its device has not returned within another PT5S"),
              line -> assertThat(line).contains(TestingLossyDevice.CUDA_ERROR));
      assertEachOnce(topics, records);
    }
  }

  private static Configuration restarting() {
    Configuration restarting = new Configuration();
    restarting.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    restarting.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    restarting.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    return restarting;
  }

  private TestingLossyModel model(List<Way> ways, int losses, int every, int max) {
    return new TestingLossyModel(
        FLAN_MINI.toString(), directory.toString(), ways, losses, every, max);
  }

  private Pipeline pipeline(EmbeddedKafka kafka) throws IOException {
    return PipelineFile.read(
        Path.of(TestingPipelines.write(directory, kafka, "lossy", "parallelism: 2")));
  }

  private static TestingTopics write(EmbeddedKafka kafka, int records)
      throws ExecutionException, InterruptedException {
    TestingTopics topics = new TestingTopics(kafka);
    topics.create(PARTITIONS, "in", "out", "dead");
    topics.write(
        IntStream.range(0, records)
            .mapToObj(
                i ->
                    new ProducerRecord<>(
                        "in",
                        i % PARTITIONS,
                        TestingFeed.id(i).getBytes(UTF_8),
                        "{\"id\": \"%s\", \"text\": \"card %s\"}"
                            .formatted(TestingFeed.id(i), i)
                            .getBytes(UTF_8)))
            .toList());
    return topics;
  }

  private static void assertEachOnce(TestingTopics topics, int records) {
    assertThat(topics.keys("out"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, records).mapToObj(TestingFeed::id).toList());
    assertThat(topics.keys("dead")).isEmpty();
  }

  private void submit(EmbeddedKafka kafka, TestingCluster cluster, TestingLossyModel model)
      throws Exception {
    Configuration client = cluster.client();
    client.addAll(restarting());
    client.set(
        PipelineOptions.JARS,
        List.of(
            jar(EnrichmentJob.class).toUri().toString(),
            jar(KafkaRecord.class).toUri().toString(),
            testingModel().toUri().toString()));
    StreamExecutionEnvironment env = new StreamExecutionEnvironment(client);
    EnrichmentJob.add(env, pipeline(kafka), model);
    env.executeAsync("lossy");
  }

  /** A jar of the model that is lost. */
  private Path testingModel() throws IOException, URISyntaxException {
    Path jar = directory.resolve("testing-model.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, "io/flanstream/integration/", CLASSES);
      add(out, "io/flanstream/benchmark/", InstantDevice.class.getSimpleName() + ".*\\.class");
    }
    return jar;
  }

  private static void add(JarOutputStream out, String folder, String classes)
      throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(jar(DeviceLossITCase.class).resolve(folder))) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().matches(classes)).toList()) {
        out.putNextEntry(new ZipEntry(folder + file.getFileName()));
        Files.copy(file, out);
      }
    }
  }

  private static Path jar(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
