package io.flanstream.model.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.DecoderStep;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A decoder step as the program's inputs: the rows sorted by lane, and the way back. All numbers
 * are one tensor, and so are all results.
 */
final class StepInputs {
  private final int[] rows;
  private final long[] tokens;
  private final long[] positions;
  private final long[] places;
  private final long[] lanes;
  private final long[] allowed;
  private final long[] scored;
  private final int width;
  private final TopRows top = new TopRows();

  private StepInputs(DecoderStep step, int lanes, int heads) {
    this.rows = new int[step.rows()];
    this.tokens = new long[step.rows()];
    this.positions = new long[step.rows()];
    this.places = new long[step.rows() * heads];
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
   * @param lanes all lanes, which have capacity for the step's positions
   * @param heads heads of an attention
   */
  static StepInputs of(DecoderStep step, Collection<LengthBucket> lanes, int heads) {
    int used = (int) lanes.stream().filter(lane -> !lane.rows().isEmpty()).count();
    StepInputs inputs = new StepInputs(step, used, heads);
    Arrays.fill(inputs.allowed, -1);
    int place = 0;
    int at = 0;
    int scored = 0;
    long firstKey = 0;
    for (LengthBucket lane : inOrder(lanes)) {
      int highest = 0;
      for (CacheRow slot : lane.rows()) {
        inputs.set(place, step, slot.row());
        inputs.setKeys(place, firstKey, lane, slot);
        highest = Math.max(highest, step.positions()[slot.row()]);
        if (step.scored()[slot.row()]) {
          inputs.scored[scored++] = place;
        }
        inputs.top.add(place, step.top()[slot.row()]);
        place++;
      }
      if (!lane.rows().isEmpty()) {
        inputs.lanes[at++] = lane.index();
        inputs.lanes[at++] = lane.rows().size();
        inputs.lanes[at++] = highest + 1L;
        inputs.lanes[at++] = lane.longestPrompt();
      }
      firstKey += (long) heads * lane.slots() * lane.positions();
    }
    return inputs;
  }

  /** As their keys lie in the program's caches. */
  private static List<LengthBucket> inOrder(Collection<LengthBucket> lanes) {
    return lanes.stream().sorted(Comparator.comparingInt(LengthBucket::index)).toList();
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

  /** A lane's keys are {@code [slots, heads, positions]}. */
  private void setKeys(int place, long firstKey, LengthBucket lane, CacheRow slot) {
    int heads = places.length / rows.length;
    for (int head = 0; head < heads; head++) {
      long before = (long) slot.place() * heads + head;
      places[place * heads + head] = firstKey + before * lane.positions() + positions[place];
    }
  }

  /** Computes the step and writes its output. */
  void run(T5Program program, DecoderStep step) {
    try (NDManager inputs = program.manager().newSubManager()) {
      float[] output =
          program
              .callForTensor(
                  inputs,
                  "step",
                  T5Program.tensor(inputs.create(numbers())),
                  IValue.from((long) rows.length),
                  IValue.listFrom(lanes),
                  IValue.from((long) width),
                  IValue.from((long) scored.length),
                  IValue.listFrom(top.groups()))
              .toFloatArray();
      read(output, program.pieces(), step);
    }
  }

  private long[] numbers() {
    long[] ahead = Arrays.stream(positions).map(position -> position + 1).toArray();
    List<long[]> parts = List.of(tokens, ahead, places, allowed, scored, top.places());
    long[] numbers = new long[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, numbers, at, part.length);
      at += part.length;
    }
    return numbers;
  }

  /** Piece ids are below 2^24, which float32 has exactly. */
  private void read(float[] output, int pieces, DecoderStep step) {
    int count = rows.length;
    for (int place = 0; place < count; place++) {
      int row = rows[place];
      int[] ids = step.allowed()[row];
      boolean free = ids == null || ids.length == 0;
      int from = free ? 0 : 2 * count;
      int best = (int) output[from + place];
      step.written()[row] = free ? best : ids[best];
      step.logprobs()[row] = output[from + count + place];
      step.choiceLogprobs()[row] = output[from + count + (free ? 0 : count) + place];
    }
    int at = count * (width > 0 ? 5 : 2);
    for (int i = 0; i < scored.length && width > 0; i++) {
      int row = rows[(int) scored[i]];
      step.allowedLogprobs()[row] =
          Arrays.copyOfRange(output, at + i * width, at + i * width + step.allowed()[row].length);
    }
    top.read(output, at + scored.length * width, rows, pieces, step);
  }
}
