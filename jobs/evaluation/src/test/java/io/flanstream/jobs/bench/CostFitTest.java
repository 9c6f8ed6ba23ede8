package io.flanstream.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flanstream.jobs.bench.CostFit.Cost;
import io.flanstream.model.batch.DeviceCall;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fits to times of which the law is known. */
class CostFitTest {

  @Test
  void aLineIsFound() {
    CostFit fit = CostFit.of(costs(tokens -> 2e6 + 30e3 * tokens));
    assertThat(fit.points()).isEqualTo(20);
    assertThat(fit.fixedMillis()).isEqualTo(2, within(1e-9));
    assertThat(fit.microsPerToken()).isEqualTo(30, within(1e-9));
    assertThat(fit.exponent()).isBetween(0.5, 0.99);
    assertThat(fit.exponentError()).isPositive();
  }

  @Test
  void aPowerIsFound() {
    CostFit fit = CostFit.of(costs(tokens -> 7e3 * Math.pow(tokens, 1.25)));
    assertThat(fit.exponent()).isEqualTo(1.25, within(1e-9));
    assertThat(fit.exponentError()).isEqualTo(0, within(1e-6));
  }

  @Test
  void whatIsToldIsNotFittedToTooLittle() {
    assertThat(CostFit.of(List.of(new Cost(1, 5), new Cost(2, 6)))).isNull();
    assertThat(CostFit.of(List.of(new Cost(4, 5), new Cost(4, 6), new Cost(4, 7)))).isNull();
  }

  @Test
  void aBatchIsEncodedAndScored() throws InterruptedException {
    CallLog log = new CallLog();
    // Twenty batches on each of two devices, of records of a length, a line for each half of them.
    for (int device = 0; device < 2; device++) {
      Thread thread = new Thread(() -> IntStream.rangeClosed(1, 20).forEach(i -> batch(log, i)));
      thread.start();
      thread.join();
    }
    CostFit records = log.fitOfRecords();
    assertThat(records.points()).isEqualTo(40);
    assertThat(records.fixedMillis()).isEqualTo(0.5, within(1e-9));
    assertThat(records.microsPerToken()).isEqualTo(10, within(1e-9));
    assertThat(log.fit(DeviceCall.Phase.ENCODE).points()).isEqualTo(40);
    assertThat(log.fit(DeviceCall.Phase.ENCODE).microsPerToken()).isEqualTo(10, within(1e-9));
    assertThat(log.fit(DeviceCall.Phase.SCORE).points()).isEqualTo(80);
    assertThat(log.fit(DeviceCall.Phase.DECODE)).isNull();
  }

  /**
   * Two records of ten tokens times a number, each encoded at 10 us a token and scored in 0.5 ms.
   */
  private static void batch(CallLog log, int number) {
    long tokens = 2 * 10L * number;
    log.accept(new DeviceCall(DeviceCall.Phase.ENCODE, 2, tokens, 10_000 * tokens));
    log.accept(new DeviceCall(DeviceCall.Phase.SCORE, 1, 5 + number % 2, 500_000));
    log.accept(new DeviceCall(DeviceCall.Phase.SCORE, 1, 5, 500_000));
    log.accept(new DeviceCall(DeviceCall.Phase.DECODE, 3, 3, 1_000_000));
  }

  private static List<Cost> costs(DoubleUnaryOperator law) {
    return IntStream.rangeClosed(1, 20)
        .mapToObj(i -> new Cost(25.0 * i, law.applyAsDouble(25.0 * i)))
        .toList();
  }
}
