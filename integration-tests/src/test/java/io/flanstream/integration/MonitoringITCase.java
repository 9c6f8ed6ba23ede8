package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flanstream.jobs.broker.EmbeddedKafka;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.batch.RuntimeMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.prometheus.LoopbackPrometheusReporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboards, alert rules and the table of metrics, against what a running job exports. */
class MonitoringITCase {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final Path MONITORING = ROOT.resolve("deploy/monitoring");
  private static final Pattern METRIC = Pattern.compile("\\bflink_\\w+");
  private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without) ?\\(([^)]*)\\)");
  private static final Pattern MATCHER = Pattern.compile("[{,] ?(\\w+) ?(?:=|!)");
  private static final Set<String> OF_PROMETHEUS = Set.of("le", "instance", "job");
  private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

  @TempDir static Path checkpoints;
  private static EmbeddedKafka kafka;
  private static JobClient job;
  private static TestingMessages messages;
  private static TestingScrape scrape;

  @BeforeAll
  static void runAJob() throws Exception {
    kafka = EmbeddedKafka.start();
    TestingTopics topics = new TestingTopics(kafka);
    topics.create(2, "in", "enriched", "dead-letters");
    messages = TestingMessages.ofEveryKind("in", 2, 40);
    topics.write(messages.records());
    topics.write(messages.records("before0", "before1"));
    job = submit();
    topics.readUntil("enriched", messages.enrichedCount());
    topics.readUntil("dead-letters", messages.fates().size() - messages.enrichedCount());
    scrape = scrapeOnce(now -> now.sum("flink_jobmanager_job_numberOfCompletedCheckpoints") > 0);
  }

  @AfterAll
  static void stop() throws ExecutionException, IOException, InterruptedException {
    if (job != null) {
      job.cancel().get();
    }
    kafka.close();
  }

  @Test
  void everyMetricOfADashboardIsExported() throws IOException {
    for (Path dashboard : files(MONITORING.resolve("grafana"), ".json")) {
      List<String> expressions =
          new ObjectMapper().readTree(dashboard.toFile()).findValuesAsText("expr");
      assertThat(expressions).as(dashboard.toString()).hasSizeGreaterThan(10);
      expressions.forEach(expression -> assertExported(dashboard, expression));
    }
  }

  @Test
  void everyMetricOfAnAlertIsExported() throws IOException {
    Path rules = MONITORING.resolve("prometheus/alerts.yaml");
    JsonNode read = new YAMLMapper().readTree(rules.toFile());
    List<String> expressions = read.findValuesAsText("expr");
    assertThat(expressions).hasSizeGreaterThan(5);
    expressions.forEach(expression -> assertExported(rules, expression));
    assertThat(read.findValues("alert")).hasSameSizeAs(expressions);
    assertThat(read.findValuesAsText("summary")).hasSameSizeAs(expressions);
    assertThat(read.findValuesAsText("severity"))
        .hasSameSizeAs(expressions)
        .allMatch(severity -> severity.matches("warning|critical"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rate(flink_taskmanager_job_task_operator_model_eventEnriched[1m]) | model_eventEnriched
          sum by (taks) (flink_taskmanager_job_task_operator_model_task_label_labels) | taks
          flink_taskmanager_job_task_operator_stage_code_deadLetters{cod="X"} | cod
          """)
  void aMisspeltNameFails(String expression, String name) {
    assertThatThrownBy(() -> assertExported(MONITORING, expression))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(expression)
        .hasMessageMatching("(?s).*could not find.*%s.*".formatted(name));
  }

  @Test
  void theTableNamesWhatTheJobExportsOfItsOwn() throws IOException {
    String page = Files.readString(ROOT.resolve("jobs/METRICS.md"));
    Set<String> named = names(page);
    Set<String> own =
        scrape.names().stream()
            .filter(
                name ->
                    name.startsWith(OPERATOR + "model_")
                        || name.matches(
                            ".*_(deadLetters|duplicates|offsetCommits|offsetCommitsFailed)"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(own).isNotEmpty();
    assertThat(own)
        .containsAll(
            Stream.of(RuntimeMetric.values())
                .map(metric -> OPERATOR + "model_" + metric.title())
                .toList());
    assertThat(named).containsAll(own);
    assertThat(scrape.names()).containsAll(named);
  }

  @Test
  void aTaskManagerWithAModelIsHealthy() throws IOException, InterruptedException {
    assertThat(HealthScriptTest.said(0, "model", LoopbackPrometheusReporter.page().toString()))
        .isEmpty();
  }

  @Test
  void theNumbersAreThoseOfTheRecords() {
    Map<String, Long> codes =
        messages.fates().values().stream()
            .filter(fate -> !fate.equals(TestingMessages.ENRICHED))
            .filter(fate -> !fate.equals(TestingMessages.TOMBSTONE))
            .collect(Collectors.groupingBy(fate -> fate, Collectors.counting()));
    long enriched =
        messages.fates().values().stream().filter(TestingMessages.ENRICHED::equals).count();
    assertThat(scrape.sums(OPERATOR + "stage_code_deadLetters", "code")).isEqualTo(codes);
    assertThat(scrape.sum(OPERATOR + "deadLetters"))
        .isEqualTo(codes.values().stream().mapToLong(Long::longValue).sum());
    // What is too large for a record has been enriched before that shows.
    assertThat(scrape.sum(OPERATOR + "model_eventsEnriched"))
        .isEqualTo(enriched + codes.get("RECORD_TOO_LARGE"));
    Map<String, Long> labels = scrape.sums(OPERATOR + "model_task_label_labels", "task");
    assertThat(labels).containsEntry("intent", enriched + codes.get("RECORD_TOO_LARGE"));
    assertThat(scrape.sum(OPERATOR + "model_inputTokens")).isGreaterThan(enriched);
    assertThat(scrape.sum(OPERATOR + "model_eventsInFlight")).isZero();
    assertThat(scrape.sum(OPERATOR + "duplicates")).isEqualTo(2);
  }

  private static void assertExported(Path file, String expression) {
    if (expression.startsWith("up{")) {
      return; // Prometheus' own
    }
    Set<String> metrics = names(expression);
    assertThat(metrics).as("%s: %s", file, expression).isNotEmpty();
    assertThat(scrape.names()).as("%s: %s", file, expression).containsAll(metrics);
    Set<String> labels =
        metrics.stream()
            .flatMap(metric -> scrape.labels(metric).stream())
            .collect(Collectors.toSet());
    labels.addAll(OF_PROMETHEUS);
    assertThat(labels).as("%s: %s", file, expression).containsAll(labelsOf(expression));
  }

  private static Set<String> names(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> labelsOf(String expression) {
    Stream<String> grouped =
        GROUPING
            .matcher(expression)
            .results()
            .flatMap(by -> Stream.of(by.group(1).split(",")))
            .map(String::strip);
    Stream<String> matched = MATCHER.matcher(expression).results().map(match -> match.group(1));
    return Stream.concat(grouped, matched).toList();
  }

  private static List<Path> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      List<Path> files = paths.filter(path -> path.toString().endsWith(suffix)).toList();
      assertThat(files).isNotEmpty();
      return files;
    }
  }

  private static TestingScrape scrapeOnce(Predicate<TestingScrape> ready)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      TestingScrape now = TestingScrape.of(LoopbackPrometheusReporter.page());
      if (ready.test(now)) {
        return now;
      }
      assertThat(System.nanoTime()).as("names: %s", now.names()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static JobClient submit() throws Exception {
    Configuration config = new Configuration();
    config.setString(
        "metrics.reporter.prom.factory.class", LoopbackPrometheusReporter.Factory.class.getName());
    config.setString("metrics.reporter.prom.filterLabelValueCharacters", "false");
    return TestingJobs.submit(
        PipelineFile.parse(yaml(), "monitoring", checkpoints),
        new TestingModelProvider("monitoring", TestingMessages.MAX_INPUT_TOKENS),
        config);
  }

  private static String yaml() {
    return String.format(
        Locale.ROOT,
        """
        name: monitoring
        kafka: { bootstrap-servers: "%s" }
        source: { topic: in, attributes: [channel] }
        model: { path: nowhere }
        tasks:
          - { name: intent, type: classification, labels: [ask, order, complain] }
          - { name: sure, type: classification, labels: [urgent, calm], threshold: 1.0 }
          - { name: where, type: extraction, fields: [city, street] }
        sink: { topic: enriched, format: avro, max-record-size: %sb }
        dead-letters: { topic: dead-letters, format: avro }
        job: { parallelism: 2, dedup: { within: 1h }, checkpoint-interval: 200ms, checkpoint-directory: "%s" }
        """,
        kafka.bootstrapServers(),
        TestingMessages.MAX_RECORD_BYTES,
        checkpoints.toUri());
  }
}
