package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.broker.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each command with what deploy/docs/acls.md lists for it, on a Kafka that denies all else: it
 * works, and without any one of the rows it fails and names what it lacks.
 */
@Timeout(600)
class AclITCase {
  private static final Path PAGE = TestingLauncher.ROOT.resolve("deploy/docs/acls.md");
  private static final String USER = "flanstream";
  private static final String PASSWORD = "Dunlin-flock-12";
  private static final String COUNT = "SELECT COUNT(*) AS found FROM ";

  /**
   * A row of the page.
   *
   * @param command what needs it
   * @param operation what is allowed
   * @param type on what
   * @param name its name
   */
  private record Row(String command, AclOperation operation, ResourceType type, String name) {
    static Row parse(String line) {
      List<String> cells =
          Arrays.stream(line.split("\\|"))
              .map(String::strip)
              .filter(cell -> !cell.isEmpty())
              .toList();
      return new Row(
          cells.get(0).replace("`", ""),
          AclOperation.fromString(cells.get(1)),
          ResourceType.fromString(cells.get(2).replace('-', '_')),
          named(cells.get(3)));
    }

    private static String named(String name) {
      return name.replace("DEAD-LETTERS", "dead")
          .replace("SOURCE", "in")
          .replace("SINK", "out")
          .replace("TASKS", "control")
          .replace("GROUP", "flanstream-acls")
          .replace("PREFIX", "flanstream-acls");
    }

    AclBinding acl() {
      boolean prefixed = name.endsWith("*");
      return new AclBinding(
          new ResourcePattern(
              type,
              prefixed ? name.substring(0, name.length() - 1) : name,
              prefixed ? PatternType.PREFIXED : PatternType.LITERAL),
          new AccessControlEntry("User:" + USER, "*", operation, AclPermissionType.ALLOW));
    }

    /** What a message must have that names what is missing. */
    String said() {
      return command.equals("sql")
          ? "Kafka must allow Read on topic " + name
          : name.replace("*", "");
    }
  }

  @TempDir private Path directory;

  private TestingLauncher launcher;
  private String address;
  private EmbeddedKafka kafka;
  private Admin admin;
  private TestingTopics topics;
  private String pipeline;

  @BeforeEach
  void start() throws ExecutionException, IOException, InterruptedException {
    launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      address = "127.0.0.1:" + free.getLocalPort();
    }
    kafka = EmbeddedKafka.start(denying());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    topics = new TestingTopics(kafka);
    topics.create(1, "in", "control");
    topics.write(List.of(record("{\"id\": \"a\", \"text\": \"card\"}"), record("{")));
    pipeline = pipeline("acls", "");
  }

  @AfterEach
  void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void everyCommandNeedsWhatThePageSaysAndNothingElse()
      throws ExecutionException, IOException, InterruptedException {
    List<Row> running = rows("run");
    allow(running);
    List<Row> creating = rows("run --create-topics");
    for (Row row : creating) {
      assertThat(launcher.run(1, "run", pipeline, "--bounded", "--create-topics"))
          .as("without %s", row)
          .contains(row.said());
      allow(List.of(row));
    }
    launcher.run(0, "run", pipeline, "--bounded", "--create-topics", "--web-port", "0");
    deny(running);
    deny(creating);
    assertThat(topics.keys("out")).containsExactly("k");

    needs(running, "run", pipeline, "--bounded", "--web-port", "0");
    needs(rows("history"), "history", pipeline, "--bounded", "--web-port", "0");
    // The first replay creates the topic of its marks; what that one allows shows afterwards.
    List<Row> replaying = rows("dead-letters replay");
    String[] replay = {"dead-letters", "replay", "--pipeline", pipeline, "--force"};
    needs(replaying, row -> !isOfMarks(row), replay);
    needs(replaying, AclITCase::isOfMarks, replay);
    needs(rows("dead-letters show"), "dead-letters", "show", "--pipeline", pipeline);
    needs(sql("out"), "sql", "--pipeline", pipeline, "-e", COUNT + "enriched");
    needs(sql("dead"), "sql", "--pipeline", pipeline, "-e", COUNT + "dead_letters");
    String tasks = pipeline("tasks", "tasks-topic: control\n");
    needs(rows("tasks publish"), "tasks", "publish", tasks);
    needs(rows("tasks show"), "tasks", "show", tasks);
  }

  private static List<Row> sql(String topic) throws IOException {
    return rows("sql").stream().filter(row -> row.name().equals(topic)).toList();
  }

  private static boolean isOfMarks(Row row) {
    return row.operation() != AclOperation.CREATE && row.name().endsWith("-replayed");
  }

  private void needs(List<Row> needed, String... arguments)
      throws ExecutionException, IOException, InterruptedException {
    needs(needed, row -> true, arguments);
  }

  /** Allows all, and takes some away, one at a time. */
  private void needs(List<Row> needed, Predicate<Row> taken, String... arguments)
      throws ExecutionException, IOException, InterruptedException {
    assertThat(needed).isNotEmpty();
    allow(needed);
    for (Row row : needed.stream().filter(taken).toList()) {
      deny(List.of(row));
      assertThat(launcher.run(1, arguments)).as("without %s", row).contains(row.said());
      allow(List.of(row));
    }
    launcher.run(0, arguments);
    deny(needed);
  }

  private void allow(List<Row> rows) throws ExecutionException, InterruptedException {
    admin.createAcls(rows.stream().map(Row::acl).toList()).all().get();
  }

  private void deny(List<Row> rows) throws ExecutionException, InterruptedException {
    List<AclBindingFilter> filters = rows.stream().map(row -> row.acl().toFilter()).toList();
    assertThat(admin.deleteAcls(filters).all().get()).hasSize(rows.size());
  }

  private static List<Row> rows(String command) throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      return lines
          .filter(line -> line.startsWith("| `"))
          .map(Row::parse)
          .filter(row -> row.command().equals(command))
          .toList();
    }
  }

  /** A broker that lets anybody in by one port, and by another lets a user do what ACLs say. */
  private Map<String, String> denying() {
    return Map.of(
        "listeners", "SASL_PLAINTEXT://" + address,
        "listener.security.protocol.map",
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms", "PLAIN",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
                .formatted(USER, PASSWORD),
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users", "User:ANONYMOUS");
  }

  private String pipeline(String file, String more) throws IOException {
    Map<String, String> properties =
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(USER, PASSWORD));
    String written =
        Files.readString(Path.of(TestingPipelines.write(directory, address, properties, "acls")));
    return Files.writeString(
            directory.resolve(file + ".yaml"),
            written + "history: { path: \"%s\" }\n".formatted(directory.resolve("lake")) + more)
        .toString();
  }

  private static ProducerRecord<byte[], byte[]> record(String value) {
    return new ProducerRecord<>("in", "k".getBytes(UTF_8), value.getBytes(UTF_8));
  }
}
