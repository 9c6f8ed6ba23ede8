package io.flanstream.operators.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to a registry, each until it is answered or the patience is at its end. Redirects are
 * not followed: the client would show the password to other hosts, too. One thread at a time.
 *
 * <p>Retries are a loop, since each goes to the next address of several; a library would be one
 * more jar in the job's.
 */
final class RegistryHttp {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration ONE_REQUEST = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final RegistryAccess access;
  private final HttpClient client;
  private final LagAllowance lag;

  RegistryHttp(RegistryAccess access) {
    this.access = access;
    this.lag = new LagAllowance(access.timeout(), System::nanoTime);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(ONE_REQUEST);
    access.tls().ifPresent(builder::sslContext);
    this.client = builder.build();
  }

  RegistryAnswer get(String path) {
    return answered(path, null, 0);
  }

  /**
   * Asks for what somebody has just registered: an instance that does not have it may only be
   * behind, so it is asked again, and every other instance too.
   */
  RegistryAnswer getOnceThere(String path) {
    long begun = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    for (int first = 0; ; first++) {
      RegistryAnswer answer = answered(path, null, first);
      if (!answer.isNotFound() || !lag.allows(begun, pause)) {
        return answer;
      }
      if (first == 0) {
        LOG.info("The schema registry has no {}; it is asked again for a while", path);
      }
      sleep(pause, "Cannot ask schema registry: it has no " + path);
      pause = longer(pause);
    }
  }

  RegistryAnswer post(String path, JsonNode body) {
    return answered(path, body, 0);
  }

  private RegistryAnswer answered(String path, JsonNode body, int first) {
    long begun = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    for (int attempt = 0; ; attempt++) {
      HttpRequest request = request(first + attempt, path, body);
      String trouble;
      try {
        RegistryAnswer answer = sent(request);
        if (answer.isFinal()) {
          return answer;
        }
        trouble = answer.said();
      } catch (ConnectException e) {
        trouble = "cannot be connected to";
      } catch (IOException e) {
        trouble = "failed: " + e;
      }
      String what =
          "Cannot ask schema registry: %s %s %s"
              .formatted(request.method(), request.uri(), trouble);
      if (access.timeout().minusNanos(System.nanoTime() - begun).compareTo(pause) <= 0) {
        throw new RegistryException(
            access.timeout().isZero()
                ? what
                : "%s, for %s".formatted(what, TimeUtils.formatWithHighestUnit(access.timeout())));
      }
      if (attempt == 0) {
        LOG.warn(
            "{}; it is asked again for {}",
            what,
            TimeUtils.formatWithHighestUnit(access.timeout()));
      }
      sleep(pause, what);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private HttpRequest request(int attempt, String path, JsonNode body) {
    URI base = access.addresses().get(attempt % access.addresses().size());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(ONE_REQUEST)
            .header("Accept", CONTENT_TYPE + ", application/json");
    access.authorization().ifPresent(value -> request.header("Authorization", value));
    return body == null
        ? request.build()
        : request
            .header("Content-Type", CONTENT_TYPE)
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
  }

  private RegistryAnswer sent(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new RegistryAnswer(response.statusCode(), json(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("Cannot ask schema registry: interrupted", e);
    }
  }

  private static JsonNode json(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static void sleep(Duration pause, String why) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(why + ", and then was interrupted", e);
    }
  }
}
