package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class OperatorVersionTest {

  @Test
  void refusesAJobThatWasPlannedWithAnother() {
    assertThatCode(() -> OperatorVersion.check(OperatorVersion.current()))
        .doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> OperatorVersion.check("0.0.7"))
        .withMessage(
            "Cannot run job: it must be submitted with the model operator of the cluster's lib/,"
                + " which is %s, got 0.0.7",
            OperatorVersion.current());
    assertThatIllegalStateException().isThrownBy(() -> OperatorVersion.check(null));
  }
}
