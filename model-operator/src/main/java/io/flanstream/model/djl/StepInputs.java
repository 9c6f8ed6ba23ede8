package io.flanstream.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.DecoderStep;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.ObjIntConsumer;

/** A decoder step as the program's inputs: the rows sorted by lane, and the way back. */
final class StepInputs {
  private final int[] rows;
  private final long[] tokens;
  private final long[] positions;
  private final long[] lanes;
  private final long[] allowed;
  private final long[] scored;
  private final int width;
  private final TopRows top = new TopRows();

  private StepInputs(DecoderStep step, int lanes) {
    this.rows = new int[step.rows()];
    this.tokens = new long[step.rows()];
    this.positions = new long[step.rows()];
    this.lanes = new long[4 * lanes];
    int most = 0;
    int scores = 0;
    for (int row = 0; row < step.rows(); row++) {
      int[] ids = step.allowed()[row];
      most = ids == null ? most : Math.max(most, ids.length);
      scores += step.scored()[row] ? 1 : 0;
    }
    this.width = most;
    this.allowed = new long[step.rows() * width];
    this.scored = new long[scores];
  }

  /**
   * Sorts the rows of a step.
   *
   * @param step the step
   * @param lanes all lanes
   * @param room gives a lane room for so many positions
   */
  static StepInputs of(DecoderStep step, Collection<Lane> lanes, ObjIntConsumer<Lane> room) {
    int used = (int) lanes.stream().filter(lane -> !lane.rows().isEmpty()).count();
    StepInputs inputs = new StepInputs(step, used);
    Arrays.fill(inputs.allowed, -1);
    int place = 0;
    int at = 0;
    int scored = 0;
    for (Lane lane : lanes) {
      int highest = 0;
      for (Slot slot : lane.rows()) {
        inputs.set(place, step, slot.row());
        highest = Math.max(highest, step.positions()[slot.row()]);
        if (step.scored()[slot.row()]) {
          inputs.scored[scored++] = place;
        }
        inputs.top.add(place, step.top()[slot.row()]);
        place++;
      }
      if (!lane.rows().isEmpty()) {
        room.accept(lane, highest + 1);
        inputs.lanes[at++] = lane.index();
        inputs.lanes[at++] = lane.rows().size();
        inputs.lanes[at++] = highest + 1L;
        inputs.lanes[at++] = lane.longestPrompt();
      }
    }
    return inputs;
  }

  private void set(int place, DecoderStep step, int row) {
    rows[place] = row;
    tokens[place] = step.tokens()[row];
    positions[place] = step.positions()[row];
    int[] ids = step.allowed()[row];
    for (int i = 0; ids != null && i < ids.length; i++) {
      allowed[place * width + i] = ids[i];
    }
  }

  /** Computes the step and writes its output. */
  void run(T5Program program, DecoderStep step) {
    try (NDManager inputs = program.manager().newSubManager()) {
      NDList output =
          program.callForTensors(
              inputs,
              "step",
              T5Program.tensor(inputs.create(tokens)),
              T5Program.tensor(inputs.create(positions)),
              IValue.listFrom(lanes),
              T5Program.matrix(inputs, allowed, rows.length, width),
              T5Program.tensor(inputs.create(scored)),
              top.places(inputs),
              IValue.listFrom(top.groups()));
      long[] written = output.get(0).toLongArray();
      float[] logprobs = output.get(1).toFloatArray();
      float[] choiceLogprobs = output.get(2).toFloatArray();
      for (int place = 0; place < rows.length; place++) {
        step.written()[rows[place]] = Math.toIntExact(written[place]);
        step.logprobs()[rows[place]] = logprobs[place];
        step.choiceLogprobs()[rows[place]] = choiceLogprobs[place];
      }
      if (scored.length > 0) {
        readScores(step, output.get(3).toFloatArray());
      }
      top.read(output.subNDList(4), rows, step);
    }
  }

  private void readScores(DecoderStep step, float[] each) {
    for (int i = 0; i < scored.length; i++) {
      int row = rows[(int) scored[i]];
      step.allowedLogprobs()[row] =
          Arrays.copyOfRange(each, i * width, i * width + step.allowed()[row].length);
    }
  }
}
