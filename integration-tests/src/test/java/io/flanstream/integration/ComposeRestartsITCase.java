package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compose's containers, which crash, are restarted, stopped, made anew, upgraded, rolled back and
 * moved as compose's page says, while messages go on: SQL counts each of them once. Each test goes
 * on where the one before it ended.
 *
 * <p>{@code -Dflanstream.compose} is that of {@link ComposeITCase}.
 */
@Timeout(1800)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(named = "flanstream.compose", matches = ".+")
class ComposeRestartsITCase {
  private static final int MESSAGES = 60;

  /** Two of them are no events. */
  private static final int ENRICHED = 58;

  private static final long SEED = 20261129;
  private static final List<String> KEPT_UP =
      List.of("kafka", "registry", "jobmanager", "taskmanager", "sql-gateway");
  private static final String FIRING = "ALERTS{alertstate=\"firing\"}";
  private static final String CRITICAL = "ALERTS{alertstate=\"firing\",severity=\"critical\"}";

  /** How long a count may stand still; the query takes a part of it. */
  private static final long STILL_NANOS = TimeUnit.MINUTES.toNanos(3);

  /** Minutes of which nothing is to be heard. */
  private static final int IDLE = 3;

  private static final Pattern ROW = Pattern.compile("(?m)^\\|\\s+\\S+ \\|\\s+(\\d+) \\|$");
  private static final Pattern SAVEPOINT = Pattern.compile("(?m)^file:\\S+/savepoints/\\S+$");

  @TempDir static Path directory;

  private static TestingComposeLines lines;
  private static int sent;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    TestingImage.build(directory);
    lines = TestingComposeLines.read(Path.of(System.getProperty("flanstream.compose")));
    lines.up();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    if (lines != null) {
      lines.down();
    }
  }

  @Test
  @Order(1)
  void eachCrashesAndIsRestartedInAnyOrder() throws IOException, InterruptedException {
    List<String> order = new ArrayList<>(KEPT_UP);
    order.addAll(KEPT_UP);
    Collections.shuffle(order, new Random(SEED));
    List<String> crashed = new ArrayList<>();
    for (String service : order) {
      awaitHealthy("kafka");
      produce();
      if (crashed.contains(service)) {
        lines.compose("restart " + service);
      } else {
        lines.kill(service);
        crashed.add(service);
      }
    }
    assertEachOnce();
  }

  @Test
  @Order(2)
  void stopsWithASavepointAndGoesOn() throws IOException, InterruptedException {
    stopWithSavepoint();
    lines.compose("stop taskmanager");
    produce();
    lines.up();
    assertEachOnce();
  }

  @Test
  @Order(3)
  void containersMadeAnewHaveWhatTheVolumesKeep() throws IOException, InterruptedException {
    produce();
    lines.compose("down");
    lines.up();
    produce();
    assertEachOnce();
  }

  @Test
  @Order(4)
  void isUpgradedAndRolledBack() throws IOException, InterruptedException {
    produce();
    assertEachOnce();
    String savepoint = stopWithSavepoint();
    TestingComposeLines before = lines;
    lines = before.withVersion("next");
    run(
        "printf 'FROM %s\\nLABEL io.flanstream.test=next\\n' | docker build --network none -t %s -"
            .formatted(before.image(), lines.image()));
    lines.up();
    assertThat(lines.imageOf("jobmanager")).isEqualTo(lines.image());
    produce();
    assertEachOnce();
    lines.compose("stop jobmanager taskmanager");

    lines = before;
    Path back = directory.resolve("back.yaml");
    String properties =
        TestingCompose.read().flinkProperties("jobmanager")
            + "execution.state-recovery.path: "
            + savepoint
            + "\n";
    Files.writeString(
        back,
        "services:\n  jobmanager:\n    environment:\n      FLINK_PROPERTIES: |\n"
            + properties.lines().map(line -> "        " + line).collect(Collectors.joining("\n"))
            + "\n");
    lines.upWith(back);
    assertThat(lines.imageOf("jobmanager")).isEqualTo(lines.image());
    // What came after the savepoint, twice, is written again, as the page says.
    sent += 2 * ENRICHED;
    assertEachOnce();
    lines.up();
    produce();
    assertEachOnce();
  }

  /** To a machine that has nothing but the images: the volumes are all that is taken along. */
  @Test
  @Order(5)
  void movesToAnotherMachine() throws IOException, InterruptedException {
    produce();
    lines.compose("down");
    List<String> volumes =
        lines.compose("config --volumes").lines().filter(line -> line.matches("[a-z-]+")).toList();
    assertThat(volumes).contains("flink-state", "kafka-data", "registry-data");
    List<String> copies = TestingComposeLines.copiesOfVolumes();
    for (String volume : volumes) {
      copyVolume(copies.get(0), volume);
    }
    lines.down();
    for (String volume : volumes) {
      copyVolume(copies.get(1), volume);
    }
    lines.up();
    produce();
    assertEachOnce();
  }

  private static void copyVolume(String line, String volume)
      throws IOException, InterruptedException {
    run(
        "cd '%s' && %s"
            .formatted(
                directory, line.replace("flink-state", volume).replace("IMAGE", lines.image())));
  }

  private static void run(String line) throws IOException, InterruptedException {
    lines.run(line);
  }

  /** After all that: what is well gives no alarm, and what has nothing to do says nothing. */
  @Test
  @Order(6)
  void idleContainersAreQuiet() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
    while (lines.prometheus(FIRING).contains("alertname")) {
      assertThat(System.nanoTime()).as(lines.prometheus(FIRING)).isLessThan(end);
      TimeUnit.SECONDS.sleep(1);
    }
    TimeUnit.MINUTES.sleep(IDLE);

    assertThat(lines.prometheus("max_over_time(%s[%sm])".formatted(FIRING, IDLE)))
        .contains("\"status\":\"success\"")
        .doesNotContain("alertname");
    for (String service : List.of("jobmanager", "taskmanager")) {
      String said = lines.compose("logs --no-log-prefix --since %sm %s".formatted(IDLE, service));
      // 60 lines an hour.
      assertThat(said.lines()).as(said).hasSizeLessThanOrEqualTo(IDLE);
    }
  }

  private static String stopWithSavepoint() throws IOException, InterruptedException {
    String said =
        lines.compose("exec -T jobmanager flanstream jobs stop demo --target 127.0.0.1:8081");
    lines.compose("stop jobmanager");
    var savepoint = SAVEPOINT.matcher(said);
    assertThat(savepoint.find()).as(said).isTrue();
    return savepoint.group();
  }

  private static void produce() throws IOException, InterruptedException {
    lines.produce(MESSAGES);
    sent += ENRICHED;
  }

  private static void assertEachOnce() throws IOException, InterruptedException {
    for (String service : KEPT_UP) {
      awaitHealthy(service);
    }
    awaitSent();
    // Nothing more comes once all of it is there.
    produce();
    assertThat(awaitSent()).isEqualTo(sent);
    // All is well again, and nobody is woken for what was.
    assertThat(lines.prometheus(CRITICAL))
        .contains("\"status\":\"success\"")
        .doesNotContain("alertname");
  }

  /** Counts until all of it is there, as long as it becomes more. */
  private static int awaitSent() throws IOException, InterruptedException {
    int counted = counted();
    long end = System.nanoTime() + STILL_NANOS;
    while (counted < sent) {
      assertThat(System.nanoTime()).as("%s of %s", counted, sent).isLessThan(end);
      int next = counted();
      end = next > counted ? System.nanoTime() + STILL_NANOS : end;
      counted = next;
    }
    return counted;
  }

  private static int counted() throws IOException, InterruptedException {
    return ROW.matcher(lines.query())
        .results()
        .mapToInt(row -> Integer.parseInt(row.group(1)))
        .sum();
  }

  private static void awaitHealthy(String service) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!lines.health(service).equals("healthy")) {
      assertThat(System.nanoTime()).as(service).isLessThan(end);
      TimeUnit.SECONDS.sleep(1);
    }
  }
}
