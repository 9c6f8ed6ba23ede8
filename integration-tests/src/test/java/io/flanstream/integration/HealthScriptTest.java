package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What containers say of their health, by what Flink 2.3 answers in each state. */
class HealthScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("flanstream.root"), "deploy/docker/health");
  private static final String JOB =
      "{\"jid\":\"a8\",\"name\":\"demo\",\"start-time\":1,\"end-time\":-1,\"duration\":9,\"state\":\"%s\","
          + "\"last-modification\":5,\"tasks\":{\"running\":%s,\"canceling\":0,\"canceled\":0,\"total\":%s,"
          + "\"created\":0,\"scheduled\":0,\"deploying\":0,\"reconciling\":0,\"finished\":%s,"
          + "\"initializing\":0,\"failed\":0},\"pending-operators\":0}";

  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = pages.getOrDefault(exchange.getRequestURI().getPath(), "").getBytes(UTF_8);
          exchange.sendResponseHeaders(page.length == 0 ? 503 : 200, Math.max(page.length, 1));
          exchange.getResponseBody().write(page.length == 0 ? new byte[1] : page);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          RUNNING, 2, 2, 0, -
          RUNNING, 1, 2, 1, -
          RUNNING, 1, 2, 0, 1 of 2 tasks run
          RUNNING, 0, 2, 0, 0 of 2 tasks run
          RESTARTING, 0, 2, 0, 'a job is "RESTARTING"'
          FAILING, 0, 2, 0, 'a job is "FAILING"'
          CREATED, 0, 0, 0, 'a job is "CREATED"'
          INITIALIZING, 0, 0, 0, 'a job is "INITIALIZING"'
          FAILED, 0, 2, 0, no job runs
          FINISHED, 0, 2, 2, no job runs
          """)
  void aJobIsHealthyWithAllOfItsTasks(
      String state, int running, int total, int finished, String why)
      throws IOException, InterruptedException {
    pages.put("/jobs/overview", "{\"jobs\":[%s]}".formatted(job(state, running, total, finished)));
    says(why, "job", "");
  }

  @Test
  void endedJobsDoNotCount() throws IOException, InterruptedException {
    pages.put("/jobs/overview", "{\"jobs\":[]}");
    says("no job runs", "job", "");
    pages.put(
        "/jobs/overview",
        "{\"jobs\":[%s,%s]}".formatted(job("CANCELED", 0, 2, 0), job("RUNNING", 4, 4, 0)));
    says(null, "job", "");
    pages.put(
        "/jobs/overview",
        "{\"jobs\":[%s,%s]}".formatted(job("RUNNING", 4, 4, 0), job("RUNNING", 3, 4, 0)));
    says("3 of 4 tasks run", "job", "");
  }

  @Test
  void aTaskManagerIsReadyWithAModel() throws IOException, InterruptedException {
    String loading = "flink_taskmanager_job_task_operator_model_loads{subtask_index=\"0\",} 0.0\n";
    pages.put("/metrics", loading);
    says("no task has a model", "model", "/metrics");
    pages.put(
        "/metrics",
        loading + "flink_taskmanager_job_task_operator_model_requests{subtask_index=\"0\",} 0.0\n");
    says(null, "model", "/metrics");
  }

  @Test
  void whatDoesNotAnswerIsNotHealthy() throws IOException, InterruptedException {
    assertThat(said(1, "job", address())).startsWith("Flink does not answer: curl: ");
    assertThat(said(1, "model", address())).startsWith("the metrics do not answer: curl: ");
  }

  private static String job(String state, int running, int total, int finished) {
    return JOB.formatted(state, running, total, finished);
  }

  private void says(String why, String what, String path) throws IOException, InterruptedException {
    assertThat(said(why == null ? 0 : 1, what, address() + path))
        .isEqualTo(why == null ? "" : why + "\n");
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What the script says if it exits with that code. */
  static String said(int exitCode, String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = SCRIPT.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
    return said;
  }
}
