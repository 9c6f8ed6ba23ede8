package io.flanstream.model.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.ModelException;
import io.flanstream.model.TestingTextModel;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.ParsedTasks;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedTasksTest {
  private static final String BROKEN = "broken";
  private static final TaskSet TASKS =
      tasks(
          """
          [{"name": "intent", "type": "classification", "labels": ["refund", "card"], "alternatives": 1},
           {"name": "where", "type": "extraction", "fields": ["city"]}]""");

  @TempDir private Path directory;

  private final TestingTextModel model = model(200);
  private final AtomicInteger hits = new AtomicInteger();
  private final ResultCache memory = ResultCache.open(new CacheSettings(1 << 20, null, 0));

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void answersATextOnce() {
    CachedTasks tasks = cached(model, TASKS, OverlongPolicy.REJECT, memory, "1");
    TaskResults computed = tasks.run("lost card in Rome").join();
    int asked = model.prompts().size();

    TaskResults known = tasks.run("lost card in Rome").join();

    assertThat(ResultCodec.encode(known)).isEqualTo(ResultCodec.encode(computed));
    assertThat(known).isEqualTo(computed);
    assertThat(model.prompts()).hasSize(asked);
    assertThat(hits).hasValue(1);
  }

  /** With memory in front and without: what a closed process knew, the next knows. */
  @Test
  void answersFromTheFileOfAnotherProcess() {
    TaskResults computed;
    try (ResultCache cache = ResultCache.open(onDisk(0))) {
      computed = cached(model, TASKS, OverlongPolicy.REJECT, cache, "1").run("in Rome").join();
    }
    int asked = model.prompts().size();

    for (long bytes : new long[] {0, 1 << 20}) {
      try (ResultCache cache = ResultCache.open(onDisk(bytes))) {
        CachedTasks tasks = cached(model, TASKS, OverlongPolicy.REJECT, cache, "1");
        assertThat(tasks.run("in Rome").join()).isEqualTo(computed);
        assertThat(tasks.run("in Rome").join()).isEqualTo(computed);
      }
    }

    assertThat(hits).hasValue(4);
    assertThat(model.prompts()).hasSize(asked);
  }

  @Test
  void whatIsAskedOtherwiseIsAnotherQuestion() {
    TaskSet others =
        tasks("[{\"name\": \"intent\", \"type\": \"classification\", \"labels\": [\"a\", \"b\"]}]");
    cached(model, TASKS, OverlongPolicy.REJECT, memory, "1").run("text").join();

    cached(model, TASKS, OverlongPolicy.REJECT, memory, "1").run("text ").join();
    cached(model, TASKS, OverlongPolicy.REJECT, memory, "2").run("text").join();
    cached(model, TASKS, OverlongPolicy.TRUNCATE, memory, "1").run("text").join();
    cached(model, others, OverlongPolicy.REJECT, memory, "1").run("text").join();
    cached(model(201), TASKS, OverlongPolicy.REJECT, memory, "1").run("text").join();

    assertThat(hits).hasValue(0);
  }

  /** A key has what conditions look at, and nothing else of a record. */
  @Test
  void whatConditionsLookAtIsPartOfTheQuestion() {
    TaskSet tasks =
        tasks(
            """
            [{"name": "intent", "type": "classification", "labels": ["refund", "card"],
              "when": {"attribute": "lang", "equals": "en"}},
             {"name": "reply", "type": "generation", "template": "{text}", "when": {"topic": "mail"}},
             {"name": "other", "type": "classification", "labels": ["refund", "card"]}]""");
    CachedTasks cached = cached(model, tasks, OverlongPolicy.REJECT, memory, "1");
    TaskResults first = cached.run(input("en", "1", "mail")).join();
    assertThat(first.generations()).hasSize(1);
    assertThat(cached.run(input("en", "2", "mail")).join()).isEqualTo(first);
    assertThat(hits).hasValue(1);

    TaskResults skipped = cached.run(input("de", "1", "chat")).join();
    assertThat(skipped.status())
        .extracting(status -> status.getState())
        .containsExactly("SKIPPED", "SKIPPED", "OK");
    assertThat(cached.run(input("de", "1", "chat")).join()).isEqualTo(skipped);
    assertThat(hits).hasValue(2);
    cached.run(input("en", "1", "chat")).join();
    cached.run(new TaskInput("text", Map.of(), "mail")).join();
    cached.run(input("", "1", "mail")).join();
    assertThat(hits).hasValue(2);
  }

  private static TaskInput input(String lang, String id, String topic) {
    return new TaskInput("text", Map.of("lang", lang, "id", id), topic);
  }

  /** Out of memory today, an answer tomorrow. */
  @Test
  void keepsNoFailures() {
    CachedTasks tasks = cached(model, TASKS, OverlongPolicy.REJECT, memory, "1");
    for (int i = 0; i < 2; i++) {
      TaskResults half = tasks.run(BROKEN).join();
      assertThat(half.status()).extracting(status -> status.getState()).contains("FAILED", "OK");
      assertThatThrownBy(() -> tasks.run("x".repeat(500)).join()).hasMessageContaining("tokens");
    }
    assertThat(hits).hasValue(0);
  }

  private CachedTasks cached(
      TestingTextModel asked,
      TaskSet tasks,
      OverlongPolicy overlong,
      ResultCache cache,
      String program) {
    return new CachedTasks(asked, tasks, overlong, cache, program, hits::incrementAndGet);
  }

  private CacheSettings onDisk(long memoryBytes) {
    return new CacheSettings(memoryBytes, directory.toString(), 1 << 20);
  }

  private static TestingTextModel model(int maxInputTokens) {
    return new TestingTextModel(
        maxInputTokens,
        (prompt, choice) -> {
          if (prompt.contains(BROKEN)) {
            throw new ModelException(ModelException.Code.OUT_OF_MEMORY, "full on purpose");
          }
          return -1 / (double) (3 + choice.length());
        },
        prompt -> "Rome");
  }

  private static TaskSet tasks(String json) {
    try {
      ParsedTasks parsed = TaskParser.parse(new ObjectMapper().readTree(json), "tasks");
      return parsed.tasks().orElseThrow();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
