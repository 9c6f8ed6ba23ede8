package io.flanstream.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Metrics of the one job that runs on a cluster, from its REST endpoint. */
record TestingClusterMetrics(String address) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final long PATIENCE_SECONDS = 120;
  private static final long PAUSE_MILLIS = 500;

  /** Waits until a metric, summed over all subtasks, is at least so large. */
  long awaitAtLeast(String metric, long least)
      throws IOException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    long sum = sum(metric);
    while (sum < least) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("%s is %s, not %s".formatted(metric, sum, least));
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      sum = sum(metric);
    }
    return sum;
  }

  /** The smallest value that a subtask has. */
  long least(String metric) throws IOException, InterruptedException {
    return values(metric, "min").stream().mapToLong(Long::longValue).min().orElseThrow();
  }

  /** Figures of the Flink checkpoints of the job that runs, as Flink's REST API has them. */
  JsonNode checkpoints() throws IOException, InterruptedException {
    return get(job() + "/checkpoints");
  }

  /** Waits until the job that runs has completed so many more Flink checkpoints. */
  void awaitCheckpoints(int count) throws IOException, InterruptedException {
    int enough = completed() + count;
    while (completed() < enough) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private int completed() throws IOException, InterruptedException {
    return checkpoints().at("/counts/completed").intValue();
  }

  /** How often the job that runs was restarted. */
  long restarts() throws IOException, InterruptedException {
    return get(job() + "/metrics?get=numRestarts").get(0).get("value").asLong();
  }

  /** Names of the TaskManagers that are there. */
  List<String> taskManagers() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (JsonNode process : get("/taskmanagers").path("taskmanagers")) {
      names.add(process.get("id").textValue());
    }
    return names;
  }

  /** Where the job that runs is, as soon as one does: a JobManager may still be starting. */
  private String job() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      for (JsonNode job : get("/jobs").path("jobs")) {
        if (job.get("status").textValue().equals("RUNNING")) {
          return "/jobs/" + job.get("id").textValue();
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    throw new IOException(
        "no job is running at %s after %s s".formatted(address, PATIENCE_SECONDS));
  }

  /** A metric, summed over all subtasks. */
  long sum(String metric) throws IOException, InterruptedException {
    return values(metric, "sum").stream().mapToLong(Long::longValue).sum();
  }

  /** A metric of each operator that has it, over its subtasks. */
  private List<Long> values(String metric, String aggregate)
      throws IOException, InterruptedException {
    List<Long> values = new ArrayList<>();
    for (JsonNode job : get("/jobs").get("jobs")) {
      if (job.get("status").textValue().equals("RUNNING")) {
        String path = "/jobs/" + job.get("id").textValue();
        for (JsonNode vertex : get(path).get("vertices")) {
          for (JsonNode found :
              get(
                  "%s/vertices/%s/subtasks/metrics?get=%s"
                      .formatted(path, vertex.get("id").textValue(), metric))) {
            values.add(found.get(aggregate).longValue());
          }
        }
      }
    }
    return values;
  }

  /** Asks, as soon as a JobManager listens. */
  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        return MAPPER.readTree(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
      } catch (ConnectException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }
}
