package io.flanstream.operators.serialize;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OneLabelTest {
  @Test
  void saysWhereNearlyAllAnswersAreOneLabelWithAHighScore() {
    assertThat(notices(195, 0.99))
        .containsExactly(
            Map.entry(
                "status",
                "task status: 195 of the first 200 texts are \"late\", with 0.99 on average; where"
                    + " they are not all alike, the model does not know these labels"));
    assertThat(notices(190, 0.99)).isEmpty();
    assertThat(notices(200, 0.6)).isEmpty();
  }

  private static Map<String, String> notices(int late, double score) {
    OneLabel answers = new OneLabel();
    Map<String, String> notices = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      EnrichedEvent event = new EnrichedEvent();
      List<Classification> rows = new ArrayList<>();
      rows.add(row(i < late || i >= 200 ? "late" : "lost", score));
      event.setClassifications(rows);
      notices.putAll(answers.add(event));
    }
    return notices;
  }

  private static Classification row(String label, double score) {
    Classification row = new Classification();
    row.setTask("status");
    row.setLabel(label);
    row.setScore(score);
    row.setAbstained(false);
    return row;
  }
}
