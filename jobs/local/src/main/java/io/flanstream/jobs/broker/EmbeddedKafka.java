package io.flanstream.jobs.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Time;

/**
 * A whole Kafka in this process: one KRaft node, broker and controller in one, on loopback.
 *
 * <p>It takes free ports and keeps its log in a temporary directory, which goes when it is closed.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String LISTENERS = "listeners";
  private static final Duration LEADERS_WITHIN = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final Path directory;
  private final KafkaRaftServer server;

  private EmbeddedKafka(String bootstrapServers, Path directory, KafkaRaftServer server) {
    this.bootstrapServers = bootstrapServers;
    this.directory = directory;
    this.server = server;
  }

  /** Formats a new log directory and starts the node; it takes requests when this returns. */
  public static EmbeddedKafka start() throws IOException {
    return start(Map.of());
  }

  /**
   * The same, with settings of the broker over its own.
   *
   * @param overrides broker settings; {@code listeners} among them come after its own
   */
  public static EmbeddedKafka start(Map<String, String> overrides) throws IOException {
    Path directory = Files.createTempDirectory("flanstream-kafka-");
    boolean started = false;
    try {
      FreePorts ports = FreePorts.find();
      Properties settings = SingleNodeSettings.of(directory.resolve("log"), ports);
      String listeners = settings.getProperty(LISTENERS);
      settings.putAll(overrides);
      if (overrides.containsKey(LISTENERS)) {
        settings.setProperty(LISTENERS, listeners + "," + overrides.get(LISTENERS));
      }
      format(directory.resolve("server.properties"), settings);
      KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      started = true;
      return new EmbeddedKafka(SingleNodeSettings.HOST + ":" + ports.broker(), directory, server);
    } finally {
      if (!started) {
        delete(directory);
      }
    }
  }

  /** Where clients connect: {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates topics with so many partitions each; every partition takes records when this returns.
   *
   * <p>A producer that writes before its partition has a leader can see its first batch refused and
   * its second taken, and then waits for the first until it times out.
   */
  public void createTopics(int partitions, String... names) throws InterruptedException {
    createTopics(bootstrapServers, partitions, names);
  }

  /** The same, on the single node of another process. */
  public static void createTopics(String bootstrapServers, int partitions, String... names)
      throws InterruptedException {
    List<NewTopic> topics =
        Stream.of(names).map(name -> new NewTopic(name, partitions, (short) 1)).toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(topics).all().get();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (String name : names) {
        for (int partition = 0; partition < partitions; partition++) {
          ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
        }
      }
      awaitLeaders(admin, ends);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot create topics: " + e.getCause().getMessage(), e);
    }
  }

  /** Only a leader knows its offsets; until the node itself has heard of a topic, it denies it. */
  private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> ends)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + LEADERS_WITHIN.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  /** Stops the node and deletes its log. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    try {
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete Kafka's log in " + directory, e);
    }
  }

  /**
   * Formats the log of a node, before its first start.
   *
   * @param file where its settings are written
   * @param settings its settings
   * @throws IOException if it cannot be formatted
   */
  public static void format(Path file, Properties settings) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] arguments = {
      "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString(), "--standalone"
    };
    int status =
        StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IOException(
          "Cannot format Kafka's log: " + said.toString(StandardCharsets.UTF_8).strip());
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
