package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' files and the dashboard's queries, read by Prometheus' own promtool where it is. */
class AlertRulesTest {
  private static final Path MONITORING =
      Path.of(System.getProperty("flanstream.root"), "deploy/monitoring");
  private static final Path RULES = MONITORING.resolve("prometheus/alerts.yaml");
  private static final Path TESTS = MONITORING.resolve("prometheus/alerts.test.yaml");
  private static final YAMLMapper YAML = new YAMLMapper();

  @TempDir private Path directory;

  @Test
  void eachAlertIsTestedToFireAndNotTo() throws IOException {
    TreeSet<String> firing = new TreeSet<>();
    TreeSet<String> silent = new TreeSet<>();
    for (JsonNode test : YAML.readTree(TESTS.toFile()).findValues("alert_rule_test")) {
      for (JsonNode expected : test) {
        (expected.path("exp_alerts").isEmpty() ? silent : firing)
            .add(expected.path("alertname").asText());
      }
    }
    List<String> alerts = YAML.readTree(RULES.toFile()).findValuesAsText("alert");
    assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts);
    assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts);
  }

  @Test
  void theRunbookSaysWhatToDoAboutEachAlert() throws IOException {
    assertThat(Files.readAllLines(MONITORING.resolve("runbook.md")))
        .filteredOn(line -> line.startsWith("## "))
        .map(line -> line.substring(3))
        .containsExactlyInAnyOrderElementsOf(
            YAML.readTree(RULES.toFile()).findValuesAsText("alert"));
  }

  @Test
  void alertsFireAsTheirTestsSay() throws IOException, InterruptedException {
    promtool("test", "rules", TESTS.toString());
  }

  @Test
  void settingsAreKnown() throws IOException, InterruptedException {
    promtool("check", "config", MONITORING.resolve("prometheus/prometheus.yaml").toString());
  }

  @Test
  void queriesOfTheDashboardAreOfTheLanguage() throws IOException, InterruptedException {
    List<Map<String, String>> rules =
        new ObjectMapper()
                .readTree(MONITORING.resolve("grafana/flanstream.json").toFile())
                .findValuesAsText("expr")
                .stream()
                .map(query -> query.replace("$__rate_interval", "1m"))
                .map(query -> Map.of("record", "query", "expr", query))
                .distinct()
                .toList();
    assertThat(rules).hasSizeGreaterThan(10);
    Path file = directory.resolve("queries.yaml");
    YAML.writeValue(
        file.toFile(), Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules))));
    promtool("check", "rules", file.toString());
  }

  private void promtool(String... arguments) throws IOException, InterruptedException {
    boolean isHere = isOnThePath("promtool");
    if (!isHere) {
      System.err.println("AlertRulesTest is SKIPPED in part: there is no promtool on the path");
    }
    assumeTrue(isHere, "there is no promtool on the path");
    Path said = directory.resolve("promtool.out");
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor()).as("%s", Files.readString(said)).isZero();
  }

  private static boolean isOnThePath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
  }
}
