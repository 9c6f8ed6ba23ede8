package io.flanstream.model.batch;

import io.flanstream.model.decode.Constraint;
import io.flanstream.model.device.DecoderStep;
import java.util.Arrays;

/** Text that is written greedily. */
final class GreedyRow extends Row {
  private static final int USUAL_TOKENS = 16;

  private final Request.Generate request;
  private Constraint constraint;
  private int[] tokens = new int[USUAL_TOKENS];
  private double[] logprobs = new double[USUAL_TOKENS];
  private double[] choiceLogprobs = new double[USUAL_TOKENS];
  private int count;
  private boolean ended;

  GreedyRow(Pending<?> pending, Request.Generate request) {
    super(pending);
    this.request = request;
    this.constraint = request.constraint().orElse(null);
  }

  @Override
  void ask(DecoderStep step, int place) {
    step.tokens()[place] = count == 0 ? request.startId() : tokens[count - 1];
    step.positions()[place] = count;
    step.allowed()[place] = constraint == null ? null : constraint.allowed();
    step.scored()[place] = false;
  }

  @Override
  boolean read(DecoderStep step, int place) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      logprobs = Arrays.copyOf(logprobs, 2 * count);
      choiceLogprobs = Arrays.copyOf(choiceLogprobs, 2 * count);
    }
    int token = step.written()[place];
    tokens[count] = token;
    logprobs[count] = step.logprobs()[place];
    choiceLogprobs[count++] = step.choiceLogprobs()[place];
    ended = token == request.endId();
    if (constraint != null && !ended) {
      constraint = constraint.next(token);
    }
    return ended || count == request.newTokens();
  }

  @Override
  void answer() {
    pending()
        .answer(
            request,
            new Written(
                Arrays.copyOf(tokens, count),
                Arrays.copyOf(logprobs, count),
                Arrays.copyOf(choiceLogprobs, count),
                ended));
  }
}
