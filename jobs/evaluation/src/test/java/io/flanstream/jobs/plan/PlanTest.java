package io.flanstream.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Cost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At Flan-UL2's shape; operations are held to PyTorch's counter in {@code T5CostTest}. */
class PlanTest {
  private static final T5Cost FLAN_UL2 =
      new T5Cost(
          T5Config.read(
              Path.of(
                  System.getProperty("flanstream.root"),
                  "model-operator/runtime/src/test/resources/shapes/flan-ul2.json")),
          true);
  private static final long KIB = 1024;
  private static final Workload CLASSIFYING = new Workload(128, 20, 3, 0);
  private static final Workload WRITING = new Workload(129, 0, 1, 33);

  private static Plan plan(double memory, Workload workload) {
    return new Plan(FLAN_UL2, 2, false, memory, workload, BatchLimits.defaults());
  }

  @Test
  void cachesTakeHalfOfWhatTheWeightsLeave() {
    Plan plan = plan(80e9, CLASSIFYING);
    assertThat(plan.weightBytes()).isEqualTo(2.0 * FLAN_UL2.parameters()).isBetween(39.1e9, 39.3e9);
    assertThat(plan.cacheBytes()).isEqualTo((80e9 - plan.weightBytes()) / 2);
    assertThat(plan.bytesPerPosition()).isEqualTo(512 * KIB);
    assertThat(plan.crossBytes()).isEqualTo(64 * KIB * KIB);
    assertThat(plan.recordsInCaches()).isEqualTo((long) (plan.cacheBytes() / (64 * KIB * KIB)));
  }

  @Test
  void theBatchIsTheLeastOfTokensRequestsAndCaches() {
    assertThat(plan(80e9, CLASSIFYING).batch()).isEqualTo(4096 / 128);
    assertThat(plan(80e9, new Workload(16, 20, 3, 0)).batch()).isEqualTo(64);
    assertThat(plan(39.6e9, CLASSIFYING).batch()).isEqualTo(3);
    assertThat(plan(80e9, new Workload(8000, 0, 1, 0)).batch()).isEqualTo(1);
  }

  @Test
  void writtenRecordsTakeTheSizesThatAreAllocated() {
    Plan plan = plan(80e9, WRITING);
    assertThat(plan.rowBytes()).isEqualTo((256 + 64) * 512.0 * KIB);
    assertThat(plan.decodingRows()).isEqualTo(64);
    assertThat(plan(42e9, WRITING).decodingRows())
        .isEqualTo((long) ((42e9 - plan.weightBytes()) / 2 / plan.rowBytes()));
  }

  @Test
  void int8WeightsHaveAByteAndFitTwentyFourGigabytes() {
    Plan plan = new Plan(FLAN_UL2, 2, true, 24e9, CLASSIFYING, BatchLimits.defaults());
    assertThat(plan.weightBytes())
        .isEqualTo(FLAN_UL2.parameters() + 32128.0 * 4096)
        .isBetween(19.7e9, 19.8e9);
    assertThat(plan.fits()).isTrue();
    assertThat(plan.batch()).isEqualTo(31);
    assertThat(plan.encodeBytes())
        .isEqualTo(FLAN_UL2.encoderNumbers() + plan.batch() * plan.crossBytes());
  }

  @ParameterizedTest
  @CsvSource({"39.1e9, 128", "39.2e9, 2048", "24e9, 128"})
  void doesNotFitWithoutRoomForOneRecord(double memory, int tokens) {
    assertThat(plan(memory, new Workload(tokens, 20, 3, 0)).fits()).isFalse();
  }

  @Test
  void labelsTakeARootAndEveryTokenAtMost() {
    assertThat(CLASSIFYING.triePositions()).isEqualTo(61);
    assertThat(WRITING.triePositions()).isZero();
    assertThat(plan(80e9, CLASSIFYING).labelFlops()).isEqualTo(FLAN_UL2.decodeFlops(128, 61));
  }

  @Test
  void aPhaseTakesTheLongerOfOperationsAndBytes() {
    Plan plan = plan(80e9, CLASSIFYING);
    double flops = plan.encodeFlops() + plan.labelFlops();
    assertThat(plan.secondsPerRecord(new Speed(1e15, 1e30, 0.5)))
        .isCloseTo(2 * flops / 1e15, within(1e-12));
    double bytes = plan.encodeBytes() + plan.labelBytes();
    assertThat(plan.secondsPerRecord(new Speed(1e30, 1e12, 1)))
        .isCloseTo(bytes / 1e12 / plan.batch(), within(1e-12));
  }

  @Test
  void writingReadsTheDecoderEveryStep() {
    Plan plan = plan(80e9, WRITING);
    double encoding = plan.encodeBytes() / plan.batch();
    double writing = 33 * plan.stepBytes() / plan.decodingRows();
    assertThat(plan.secondsPerRecord(new Speed(1e30, 1e12, 1)))
        .isCloseTo((encoding + writing) / 1e12, within(1e-12));
    assertThat(plan.stepBytes()).isGreaterThan(2.0 * FLAN_UL2.decoderNumbers());
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> new Workload(0, 1, 1, 1))
        .hasMessage("Cannot plan: tokens must be at least 1, got 0");
    assertThatThrownBy(() -> new Speed(1e12, 1e12, 1.5))
        .hasMessage("Cannot plan: the utilisation must be above 0 and at most 1, got 1.5");
    assertThatThrownBy(() -> new Speed(0, 1e12, 1))
        .hasMessage("Cannot plan: operations a second must be above 0, got 0.0");
  }
}
