package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flanstream.model.TestingTextModel;
import io.flanstream.model.task.ClassificationTask;
import io.flanstream.model.task.Label;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurrentEnricherTest {
  private static final TaskSet FIRST = tasks("card", "music");
  private static final TaskSet SECOND = tasks("table", "music");

  /** The same to every tokenizer: only the model can tell. */
  private static final TaskSet UNSUITABLE = tasks("card", " card");

  private final TestingFeed feed = new TestingFeed(FIRST);
  private final TestingTextModel model =
      new TestingTextModel(1_000, (prompt, choice) -> -1.0, prompt -> "");

  @Test
  void changesWhenTheTasksDo() {
    CurrentEnricher enricher = enricher();
    EventEnricher first = enricher.get();
    assertThat(enricher.get()).isSameAs(first);

    feed.current = SECOND;
    EventEnricher second = enricher.get();
    assertThat(second).isNotSameAs(first);
    assertThat(enricher.get()).isSameAs(second);
    assertThat(enricher.changes()).isEqualTo(1);
    assertThat(enricher.refused()).isZero();
  }

  @Test
  void keepsTheTasksBeforeThoseThatDoNotSuitTheModel() {
    CurrentEnricher enricher = enricher();
    EventEnricher first = enricher.get();
    feed.refused = 2;
    feed.current = UNSUITABLE;
    assertThat(enricher.get()).isSameAs(first);
    assertThat(enricher.get()).as("tried once").isSameAs(first);
    assertThat(enricher.changes()).isZero();
    assertThat(enricher.refused()).isEqualTo(3);

    feed.current = SECOND;
    assertThat(enricher.get()).isNotSameAs(first);
  }

  @Test
  void theFirstTasksMustSuitTheModel() {
    feed.current = UNSUITABLE;
    assertThatIllegalArgumentException()
        .isThrownBy(this::enricher)
        .withMessageStartingWith("Cannot prepare task intent");
  }

  private CurrentEnricher enricher() {
    return new CurrentEnricher(
        feed, tasks -> new EventEnricher(model, tasks, OverlongPolicy.REJECT, false));
  }

  private static TaskSet tasks(String... labels) {
    return TaskSet.of(
        List.of(
            ClassificationTask.of(
                "intent",
                List.of(labels).stream().map(text -> new Label(text, text, null)).toList())));
  }

  private static final class TestingFeed implements TaskFeed {
    private TaskSet current;
    private long refused;

    TestingFeed(TaskSet current) {
      this.current = current;
    }

    @Override
    public TaskSet current() {
      return current;
    }

    @Override
    public long refused() {
      return refused;
    }

    @Override
    public void close() {}
  }
}
