package io.flanstream.operators.deadletter;

import io.flanstream.schemas.DeadLetter;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Passes dead letters on and counts them: {@code deadLetters}, and by stage and code under {@code
 * stage.<stage>.code.<code>}.
 */
public final class CountDeadLettersFunction extends RichMapFunction<DeadLetter, DeadLetter> {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "deadLetters";

  private transient Counter all;
  private transient Map<Cause, Counter> byCause;

  private record Cause(String stage, String code) {}

  @Override
  public void open(OpenContext context) {
    all = getRuntimeContext().getMetricGroup().counter(NAME);
    byCause = new HashMap<>();
  }

  @Override
  public DeadLetter map(DeadLetter letter) {
    all.inc();
    byCause.computeIfAbsent(new Cause(letter.getStage(), letter.getCode()), this::counter).inc();
    return letter;
  }

  private Counter counter(Cause cause) {
    MetricGroup group = getRuntimeContext().getMetricGroup();
    return group.addGroup("stage", cause.stage()).addGroup("code", cause.code()).counter(NAME);
  }
}
