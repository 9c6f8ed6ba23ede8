package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.local.TestingServers;
import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.RestOptions;
import org.junit.jupiter.api.AfterAll;
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

  private static long begun;

  private static Pipeline pipeline;
  private static String view;
  private static SqlSession session;

  /** Id to label, as rows that nothing is done with have them. */
  private static Map<String, String> labels;

  @BeforeAll
  static void askOnce() throws IOException {
    begun = System.currentTimeMillis();
    pipeline = SERVERS.pipeline("asking", "model: { path: \"%s\" }".formatted(TestingSql.MODEL));
    session = SqlSession.open(pipeline, SERVERS.flink());
    String values =
        TestingSql.texts(MESSAGES).entrySet().stream()
            .map(
                message ->
                    "('%s', '%s')"
                        .formatted(message.getKey(), message.getValue().replace("'", "''")))
            .collect(Collectors.joining(", "));
    view =
        "CREATE TEMPORARY VIEW messages AS SELECT * FROM (VALUES %s) AS m (id, `text`)"
            .formatted(values);
    run(view);
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

  /** Rows of two groups may be equal while they grow, and one of them is taken back. */
  @Test
  void countsWithoutTheirGroupsAreAllThere() {
    assertThat(run("SELECT COUNT(*) FROM messages GROUP BY ASKED"))
        .containsExactlyInAnyOrderElementsOf(
            counts().values().stream().map(count -> List.of(count.toString())).toList());
    assertThat(run("SELECT 'x' FROM messages GROUP BY ASKED HAVING COUNT(*) > 0"))
        .hasSize(counts().size());
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
  void totalsAreThereOfNothingToo() {
    String label = labels.values().iterator().next();
    assertThat(run("SELECT COUNT(*), MAX(id) FROM messages WHERE ASKED = '%s'".formatted(label)))
        .containsExactly(
            List.of(
                counts().get(label).toString(),
                labels.keySet().stream()
                    .filter(id -> labels.get(id).equals(label))
                    .reduce((first, last) -> last)
                    .orElseThrow()));
    assertThat(run("SELECT COUNT(*) FROM messages WHERE ASKED = 'none of them'"))
        .containsExactly(List.of("0"));
  }

  /** As any program would that knows JDBC and nothing of Flink. */
  @Test
  void theGatewayAnswersTheSame() throws IOException, SQLException {
    try (SqlServer server = SqlServer.start(pipeline, SERVERS.flink(), "127.0.0.1", "0");
        Connection connection = DriverManager.getConnection("jdbc:flink://" + server.address());
        Statement statement = connection.createStatement()) {
      statement.execute(view);
      for (String query :
          List.of(
              "SELECT id, ASKED AS label FROM messages ORDER BY id",
              "SELECT label, COUNT(*) FROM (SELECT ASKED AS label FROM messages)"
                  + " GROUP BY label ORDER BY COUNT(*) DESC, label",
              "SELECT ASKED AS label, MIN(id) FROM messages GROUP BY ASKED"
                  + " ORDER BY label DESC LIMIT 2",
              "SELECT COUNT(*) FROM messages WHERE ASKED = 'play_music'",
              "SELECT COUNT(*) FROM messages WHERE ASKED = 'none of them'")) {
        assertThat(rows(statement, query)).as(query).isNotEmpty().isEqualTo(run(query));
      }
      statement.execute(
          "CREATE TEMPORARY VIEW labelled AS SELECT id, ASKED AS label FROM messages"
              .replace("ASKED", ASKED));
      assertThat(rows(statement, "SELECT id, label FROM labelled LIMIT 7"))
          .hasSize(7)
          .allMatch(row -> labels.get(row.get(0)).equals(row.get(1)));
    }
  }

  /** Flink asks functions without waiting for each row in streaming mode alone. */
  @AfterAll
  static void nearlyAllRanInStreamingMode() throws IOException, InterruptedException {
    List<String> batch = new ArrayList<>();
    int streaming = 0;
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      if (job.get("start-time").longValue() < begun) {
        continue; // Of another class of this process.
      }
      if (job.get("jobType").textValue().equals("STREAMING")) {
        streaming++;
      } else {
        batch.add(job.get("name").textValue());
      }
    }
    assertThat(streaming).isPositive();
    assertThat(batch).allMatch(name -> name.contains("none of them"));
  }

  private static JsonNode get(String path) throws IOException, InterruptedException {
    URI address =
        URI.create("http://127.0.0.1:%s%s".formatted(SERVERS.flink().get(RestOptions.PORT), path));
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body());
  }

  private static List<List<String>> rows(Statement statement, String query) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(query.replace("ASKED", ASKED))) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getObject(i)));
        }
        rows.add(row);
      }
    }
    return rows;
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
