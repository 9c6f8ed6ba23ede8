package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lines of compose's README, as they are there, with the services whose images the engine has.
 *
 * <p>{@code -Dflanstream.compose=target/stand-in/versions.env} names a file of images in place of
 * those of versions.env.
 */
@Timeout(900)
@EnabledIfSystemProperty(named = "flanstream.compose", matches = ".+")
class ComposeITCase {
  private static final int ENRICHED = 358;
  private static final Pattern ROW = Pattern.compile("(?m)^\\|\\s+(\\S+) \\|\\s+(\\d+) \\|$");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;

  private static TestingComposeLines lines;

  @BeforeAll
  static void upAndFed() throws IOException, InterruptedException {
    TestingImage.build(directory);
    lines = TestingComposeLines.read(Path.of(System.getProperty("flanstream.compose")));
    lines.up();
    lines.produce();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    if (lines != null) {
      lines.down();
    }
  }

  @Test
  void theGatewayCountsWhatTheJobFound() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    Map<String, Integer> counts = counts(lines.query());
    while (total(counts) < ENRICHED) {
      assertThat(System.nanoTime()).as("only %s", counts).isLessThan(end);
      counts = counts(lines.query());
    }
    assertThat(total(counts)).isEqualTo(ENRICHED);
    assertThat(counts).hasSizeGreaterThan(10).containsKeys("<NULL>", "lost_or_stolen_card");
    assertThat(MAPPER.convertValue(json(8080, "/apis/ccompat/v7/subjects"), String[].class))
        .contains("enriched-value", "dead-letters-value");
  }

  @Test
  void prometheusReadsTheJobAndItsRules() throws IOException, InterruptedException {
    awaitNone(
        () -> {
          JsonNode targets = json(9090, "/api/v1/targets?state=active").at("/data/activeTargets");
          assertThat(targets).hasSize(2);
          return without("up", targets);
        });
    awaitNone(
        () -> {
          JsonNode rules = json(9090, "/api/v1/rules").at("/data/groups/0/rules");
          assertThat(rules).hasSizeGreaterThan(5);
          return without("ok", rules);
        });
  }

  /** What Grafana would ask, with what it puts in for its variables. */
  @Test
  void everyQueryOfTheDashboardHasAnAnswer() throws IOException, InterruptedException {
    Path dashboard = TestingLauncher.ROOT.resolve("deploy/monitoring/grafana/flanstream.json");
    List<String> queries =
        MAPPER.readTree(dashboard.toFile()).findValuesAsText("expr").stream()
            .map(query -> query.replace("$__rate_interval", "1m").replace("$job_name", "demo"))
            .toList();
    assertThat(queries).hasSizeGreaterThan(10);
    awaitNone(
        () -> {
          List<String> unanswered = new ArrayList<>();
          for (String query : queries) {
            String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
            if (json(9090, path).at("/data/result").isEmpty()) {
              unanswered.add(query);
            }
          }
          return unanswered;
        });
  }

  /** What is still missing. */
  @FunctionalInterface
  private interface Missing {
    List<String> now() throws IOException, InterruptedException;
  }

  private static void awaitNone(Missing missing) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    List<String> now = missing.now();
    while (!now.isEmpty()) {
      assertThat(System.nanoTime()).as("%s", now).isLessThan(end);
      TimeUnit.SECONDS.sleep(1);
      now = missing.now();
    }
  }

  private static List<String> without(String health, JsonNode all) {
    List<String> others = new ArrayList<>();
    all.forEach(
        one -> {
          if (!one.path("health").asText().equals(health)) {
            others.add(one.toString());
          }
        });
    return others;
  }

  private static Map<String, Integer> counts(String table) {
    Map<String, Integer> counts = new TreeMap<>();
    ROW.matcher(table)
        .results()
        .forEach(row -> counts.put(row.group(1), Integer.parseInt(row.group(2))));
    return counts;
  }

  private static int total(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static JsonNode json(int port, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s%s".formatted(port, path))).build();
    return MAPPER.readTree(
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }
}
