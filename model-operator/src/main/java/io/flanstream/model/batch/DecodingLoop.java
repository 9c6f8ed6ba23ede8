package io.flanstream.model.batch;

import io.flanstream.model.decode.Constraint;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Greedy decoding of a batch until every row has ended, those that ended leaving as it goes. */
final class DecodingLoop {
  private final Device.Decoder decoder;
  private List<Row> rows;

  DecodingLoop(Device.Decoder decoder, List<Request.Generate> requests) {
    this.decoder = decoder;
    this.rows = requests.stream().map(Row::new).toList();
  }

  void run() {
    while (!rows.isEmpty()) {
      Device.Step step =
          decoder.step(
              rows.stream().mapToInt(row -> row.last).toArray(),
              rows.stream().map(Row::allowed).toArray(int[][]::new));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).write(step.tokens()[i], step.logprobs()[i], step.choiceLogprobs()[i]);
      }
      letGo();
    }
  }

  /** Copying the caches of those that stay pays once half of the rows have left. */
  private void letGo() {
    int[] staying = IntStream.range(0, rows.size()).filter(i -> !rows.get(i).done()).toArray();
    if (staying.length == 0) {
      rows = List.of();
    } else if (staying.length <= rows.size() / 2) {
      decoder.retain(staying);
      List<Row> kept = new ArrayList<>();
      for (int row : staying) {
        kept.add(rows.get(row));
      }
      rows = kept;
    }
  }

  private static final class Row {
    private final Request.Generate request;
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Float> logprobs = new ArrayList<>();
    private final List<Float> choiceLogprobs = new ArrayList<>();
    private Constraint constraint;
    private int last;
    private boolean ended;

    Row(Request.Generate request) {
      this.request = request;
      this.constraint = request.constraint().orElse(null);
      this.last = request.startId();
    }

    int[] allowed() {
      return constraint == null || done() ? null : constraint.allowed();
    }

    boolean done() {
      return ended || tokens.size() >= request.maxNewTokens() || request.answer().isDone();
    }

    void write(int token, float logprob, float choiceLogprob) {
      if (done()) {
        return;
      }
      last = token;
      tokens.add(token);
      logprobs.add(logprob);
      choiceLogprobs.add(choiceLogprob);
      ended = token == request.endId();
      if (constraint != null && !ended) {
        constraint = constraint.next(token);
      }
      if (done()) {
        request
            .answer()
            .complete(
                new Written(
                    tokens.stream().mapToInt(Integer::intValue).toArray(),
                    logprobs.stream().mapToDouble(Float::doubleValue).toArray(),
                    choiceLogprobs.stream().mapToDouble(Float::doubleValue).toArray(),
                    ended));
      }
    }
  }
}
