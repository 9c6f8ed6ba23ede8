package io.flanstream.model.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.CachePositions;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decoding of rows in lanes, which the program holds.
 *
 * <p>A row that joins is copied into its lane; the last row of a lane moves into the slot of one
 * that leaves. So a step computes no row that has left, and reads little padding.
 */
final class DjlDecoder implements Device.Decoder {
  private final T5Program program;
  private final long bytesPerToken;
  private final Map<Integer, LengthBucket> lanes = new TreeMap<>();
  private final List<CacheRow> rows = new ArrayList<>();

  private DjlDecoder(T5Program program, long bytesPerToken) {
    this.program = program;
    this.bytesPerToken = bytesPerToken;
  }

  /**
   * Starts without rows.
   *
   * @param program the program, which has one decoder at a time
   * @param bytesPerToken bytes of cache a position
   */
  static DjlDecoder start(T5Program program, long bytesPerToken) {
    program.callForLong("clear_lanes");
    return new DjlDecoder(program, bytesPerToken);
  }

  @Override
  public void join(Device.Encoding encoding, int[] records) {
    DjlDevice.guarded(
        "begin to decode " + records.length + " records",
        () -> {
          PaddedBatch batch = ((DjlEncoding) encoding).batch();
          int first = rows.size();
          Map<LengthBucket, List<CacheRow>> joining = new LinkedHashMap<>();
          for (int record : records) {
            int tokens = batch.lengths()[record];
            LengthBucket lane =
                lanes.computeIfAbsent(CachePositions.allocated(tokens), this::addLane);
            CacheRow slot = new CacheRow(lane, tokens, rows.size());
            rows.add(slot);
            joining.computeIfAbsent(lane, any -> new ArrayList<>()).add(slot);
          }
          joining.forEach(
              (lane, slots) ->
                  join(
                      (DjlEncoding) encoding,
                      lane,
                      slots,
                      slots.stream().mapToInt(one -> records[one.row() - first]).toArray()));
          return null;
        });
  }

  private LengthBucket addLane(int width) {
    long index =
        program.callForLong(
            "add_lane", IValue.from((long) width), IValue.from((long) CachePositions.allocated(1)));
    return new LengthBucket(Math.toIntExact(index), width);
  }

  private void join(
      DjlEncoding encoding, LengthBucket lane, List<CacheRow> joining, int[] records) {
    int slot = lane.rows().size();
    if (slot + joining.size() > lane.slots()) {
      resize(lane, slot + joining.size(), lane.positions());
    }
    try (NDManager inputs = program.manager().newSubManager()) {
      program.callForLong(
          "join",
          T5Program.tensors(encoding.cross()),
          encoding.maskInput(inputs),
          T5Program.vector(inputs, records),
          IValue.from((long) lane.index()),
          IValue.from((long) slot));
    }
    for (CacheRow one : joining) {
      one.place(lane.rows().size());
      lane.rows().add(one);
    }
  }

  private void resize(LengthBucket lane, int slots, int positions) {
    program.callForLong(
        "resize_lane",
        IValue.from((long) lane.index()),
        IValue.from((long) slots),
        IValue.from((long) positions));
    lane.resized(slots, positions);
  }

  @Override
  public void step(DecoderStep step) {
    DjlDevice.guarded(
        "decode a position of " + step.rows() + " records",
        () -> {
          for (LengthBucket lane : lanes.values()) {
            growTo(lane, step);
          }
          StepInputs.of(step, lanes.values(), program.heads()).run(program, step);
          return null;
        });
  }

  private void growTo(LengthBucket lane, DecoderStep step) {
    int positions = 0;
    for (CacheRow slot : lane.rows()) {
      positions = Math.max(positions, 1 + step.positions()[slot.row()]);
    }
    if (positions > lane.positions()) {
      resize(lane, lane.slots(), CachePositions.allocated(positions));
    }
    lane.reached(positions);
  }

  @Override
  public void reorder(int[] parents) {
    DjlDevice.guarded(
        "reorder " + parents.length + " records",
        () -> {
          lanes.values().forEach(lane -> reorder(lane, parents));
          return null;
        });
  }

  private void reorder(LengthBucket lane, int[] parents) {
    int[] targets =
        lane.rows().stream()
            .filter(slot -> parents[slot.row()] != slot.row())
            .mapToInt(CacheRow::row)
            .toArray();
    if (targets.length == 0) {
      return;
    }
    try (NDManager inputs = program.manager().newSubManager()) {
      program.callForLong(
          "reorder",
          IValue.from((long) lane.index()),
          places(inputs, Arrays.stream(targets).map(row -> parents[row]).toArray()),
          places(inputs, targets),
          IValue.from((long) lane.reached()));
    }
  }

  private IValue places(NDManager inputs, int[] ofRows) {
    return T5Program.vector(
        inputs, Arrays.stream(ofRows).map(row -> rows.get(row).place()).toArray());
  }

  @Override
  public void leave(int row) {
    DjlDevice.guarded(
        "let go of a record",
        () -> {
          CacheRow gone = rows.get(row);
          CacheRow last = rows.remove(rows.size() - 1);
          if (row < rows.size()) {
            rows.set(row, last);
            last.row(row);
          }
          leave(gone.lane(), gone.place());
          return null;
        });
  }

  private void leave(LengthBucket lane, int place) {
    CacheRow last = lane.rows().remove(lane.rows().size() - 1);
    if (place < lane.rows().size()) {
      program.callForLong(
          "move",
          IValue.from((long) lane.index()),
          IValue.from((long) last.place()),
          IValue.from((long) place));
      lane.rows().set(place, last);
      last.place(place);
    }
    if (lane.slotsToKeep() < lane.slots()) {
      int positions = lane.rows().isEmpty() ? CachePositions.allocated(1) : lane.positions();
      resize(lane, lane.slotsToKeep(), positions);
    }
  }

  @Override
  public long bytes() {
    long tokens = 0;
    for (LengthBucket lane : lanes.values()) {
      tokens += lane.tokens();
    }
    return bytesPerToken * tokens;
  }

  @Override
  public void close() {
    program.callForLong("clear_lanes");
  }
}
