package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queries of batch mode that group, sort and limit what the shipped checkpoint answers. */
@Timeout(600)
class SqlAskingITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();
  private static final int MESSAGES = 60;
  private static final String ASKED =
      "AI_CLASSIFY(`text`, ARRAY['card_arrival', 'change_pin', 'play_music'])[1].label";

  private static SqlSession session;

  /** Id to label, as rows that nothing is done with have them. */
  private static Map<String, String> labels;

  @BeforeAll
  static void askOnce() throws IOException {
    session =
        SqlSession.open(
            PipelineFile.parse(
                """
                name: asking
                kafka: { bootstrap-servers: "%s" }
                source: { topic: messages }
                model: { path: "%s" }
                tasks: [{ name: unused, type: classification, labels: [a, b] }]
                sink: { topic: out }
                dead-letters: { topic: dead }
                """
                    .formatted(SERVERS.kafka().bootstrapServers(), TestingSql.MODEL),
                "asking.yaml",
                Path.of(".")),
            SERVERS.flink());
    String values =
        TestingSql.texts(MESSAGES).entrySet().stream()
            .map(
                message ->
                    "('%s', '%s')"
                        .formatted(message.getKey(), message.getValue().replace("'", "''")))
            .collect(Collectors.joining(", "));
    run(
        "CREATE TEMPORARY VIEW messages AS SELECT * FROM (VALUES %s) AS m (id, `text`)"
            .formatted(values));
    labels = new TreeMap<>();
    for (List<String> row : run("SELECT id, ASKED FROM messages")) {
      labels.put(row.get(0), row.get(1));
    }
    assertThat(labels).hasSize(MESSAGES);
  }

  @Test
  void groupsAreWhole() {
    assertThat(run("SELECT ASKED AS label, COUNT(*), MIN(id) FROM messages GROUP BY ASKED"))
        .containsExactlyInAnyOrderElementsOf(
            counts().entrySet().stream()
                .map(
                    label ->
                        List.of(
                            label.getKey(),
                            label.getValue().toString(),
                            labels.keySet().stream()
                                .filter(id -> labels.get(id).equals(label.getKey()))
                                .findFirst()
                                .orElseThrow()))
                .toList());
  }

  @Test
  void groupsAreSortedAndLimited() {
    List<String> most =
        counts().entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<String, Long> label) -> label.getValue())
                    .reversed()
                    .thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey)
            .toList();
    String query =
        "SELECT label FROM (SELECT ASKED AS label FROM messages)"
            + " GROUP BY label ORDER BY COUNT(*) DESC, label";
    assertThat(run(query)).isEqualTo(most.stream().map(List::of).toList());
    assertThat(run(query + " LIMIT 1 -- the one")).isEqualTo(List.of(List.of(most.get(0))));
  }

  @Test
  void rowsAreSortedAndEqualOnesAreAllThere() {
    assertThat(run("SELECT ASKED AS label FROM messages ORDER BY label DESC"))
        .isEqualTo(
            labels.values().stream().sorted(Comparator.reverseOrder()).map(List::of).toList());
  }

  @Test
  void distinctLabelsOfAView() {
    run("CREATE TEMPORARY VIEW labelled AS SELECT id, ASKED AS label FROM messages");
    assertThat(run("SELECT DISTINCT label FROM labelled WHERE id <> 'none'"))
        .containsExactlyInAnyOrderElementsOf(counts().keySet().stream().map(List::of).toList());
    assertThat(run("SELECT id, label FROM labelled LIMIT 7"))
        .hasSize(7)
        .allMatch(row -> labels.get(row.get(0)).equals(row.get(1)));
  }

  /** Flink's stream has no row where nothing came; batch mode has one that says so. */
  @Test
  void nothingIsCountedAsNothing() {
    assertThat(run("SELECT COUNT(*) FROM messages WHERE ASKED = 'none of them'"))
        .containsExactly(List.of("0"));
  }

  private static Map<String, Long> counts() {
    return labels.values().stream()
        .collect(Collectors.groupingBy(label -> label, TreeMap::new, Collectors.counting()));
  }

  private static List<List<String>> run(String statement) {
    StringWriter written = new StringWriter();
    session.run(
        statement.replace("ASKED", ASKED), ResultFormat.CSV, new PrintWriter(written, true));
    List<List<String>> rows = new ArrayList<>();
    written.toString().lines().skip(1).forEach(row -> rows.add(List.of(row.split(","))));
    return rows;
  }
}
