package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskSetTest {
  private static final List<TaskDefinition> TASKS =
      List.of(
          ClassificationTask.of(
              "intent", List.of(Label.of("card_arrival", "not yet here"), Label.of("change_pin"))),
          ExtractionTask.of("booking", List.of(Field.of("people")), true));

  @Test
  void theVersionIsAHashOfTheCanonicalForm() {
    assertThat(TaskSetVersion.canonicalJson(TASKS))
        .isEqualTo(
            """
            [{"alternatives":5,"labels":[{"description":"not yet here","name":"card_arrival","text":"card arrival"},{"name":"change_pin","text":"change pin"}],"multi-label":"off","name":"intent","options":"auto","question":"Which label fits the text best?","threshold":0.0,"type":"classification"},{"fields":[{"name":"people","text":"people","type":"text"}],"fields-at-once":true,"name":"booking","threshold":0.0,"type":"extraction"}]""");
    // printf '%s' JSON | sha256sum | cut -c1-12 (GNU coreutils 9.1)
    assertThat(TaskSet.of(TASKS).version()).isEqualTo("093fa13d57bf");
  }

  @Test
  void theVersionFollowsEveryChange() {
    String version = TaskSet.of(TASKS).version();
    assertThat(TaskSet.of(List.of(TASKS.get(1), TASKS.get(0))).version()).isNotEqualTo(version);
    assertThat(
            TaskSet.of(
                    List.of(
                        TASKS.get(0),
                        ExtractionTask.of("booking", List.of(Field.of("people")), false)))
                .version())
        .isNotEqualTo(version);
  }

  @Test
  void aSetTravelsWithAJob() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(TaskSet.of(TASKS));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(TaskSet.of(TASKS));
    }
  }
}
