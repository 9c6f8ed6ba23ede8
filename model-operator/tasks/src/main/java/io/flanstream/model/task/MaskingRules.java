package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.List;

/** The rules that a masking task keeps beside those of its fields. */
final class MaskingRules {

  private MaskingRules() {}

  static List<TaskViolation> faults(MaskingTask task, String path) {
    List<TaskViolation> faults = new ArrayList<>();
    if (task.fields().isEmpty() && task.forms().isEmpty()) {
      faults.add(
          new TaskViolation(
              path + ".forms", "must have at least 1 form where fields has none", "0"));
    }
    for (int i = 0; i < task.fields().size(); i++) {
      if (task.fields().get(i).type() != Field.Type.TEXT) {
        faults.add(
            new TaskViolation(
                "%s.fields[%s].type".formatted(path, i),
                "must be text where values are masked",
                ConstantNames.of(task.fields().get(i).type())));
      }
    }
    return faults;
  }
}
