package io.flanstream.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.Device;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Greedy decoding with a self-attention cache that grows by blocks.
 *
 * <p>Owns the cache, and the rows of the cross-attention that were copied because rows left.
 */
final class DjlDecoder implements Device.Decoder {
  private static final int BLOCK = 32;

  private final T5Program program;
  private NDManager manager;
  private NDList cache;
  private NDList cross;
  private PaddedBatch batch;
  private int capacity;
  private int position;

  private DjlDecoder(
      T5Program program, NDManager manager, NDList cache, NDList cross, PaddedBatch batch) {
    this.program = program;
    this.manager = manager;
    this.cache = cache;
    this.cross = cross;
    this.batch = batch;
    this.capacity = BLOCK;
  }

  static DjlDecoder start(
      T5Program program, NDManager manager, DjlEncoding encoding, int start, int count) {
    NDList cache =
        program.callForTensors(
            manager, "new_cache", IValue.from((long) count), IValue.from((long) BLOCK));
    NDList cross = encoding.cross();
    if (count < encoding.batch().rows()) {
      int[] rows = IntStream.range(start, start + count).toArray();
      cross = select(program, manager, cross, rows);
    }
    return new DjlDecoder(program, manager, cache, cross, encoding.batch().slice(start, count));
  }

  private static NDList select(T5Program program, NDManager manager, NDList from, int[] rows) {
    try (NDManager inputs = manager.newSubManager()) {
      return program.callForTensors(
          manager, "select", T5Program.tensors(from), T5Program.vector(inputs, rows));
    }
  }

  @Override
  public Device.Step step(int[] tokens, int[][] allowed) {
    return DjlDevice.guarded(
        "decode position " + position + " of " + tokens.length + " records",
        manager,
        () -> {
          growIfFull();
          try (NDManager inputs = program.manager().newSubManager()) {
            NDList written =
                program.callForTensors(
                    inputs,
                    "step",
                    T5Program.vector(inputs, tokens),
                    T5Program.tensor(
                        inputs.create(
                            LongStream.generate(() -> position).limit(tokens.length).toArray())),
                    IValue.from(position + 1L),
                    T5Program.tensors(cache),
                    T5Program.tensors(cross),
                    T5Program.matrix(inputs, batch.mask(), batch.rows(), batch.length()),
                    allowedInput(inputs, allowed));
            position++;
            return new Device.Step(
                Arrays.stream(written.get(0).toLongArray()).mapToInt(Math::toIntExact).toArray(),
                written.get(1).toFloatArray(),
                written.get(2).toFloatArray());
          }
        });
  }

  private static IValue allowedInput(NDManager inputs, int[][] allowed) {
    int width =
        Arrays.stream(allowed).mapToInt(ids -> ids == null ? 0 : ids.length).max().orElse(0);
    long[] flat = new long[allowed.length * width];
    Arrays.fill(flat, -1);
    for (int row = 0; row < allowed.length; row++) {
      for (int i = 0; allowed[row] != null && i < allowed[row].length; i++) {
        flat[row * width + i] = allowed[row][i];
      }
    }
    return T5Program.matrix(inputs, flat, allowed.length, width);
  }

  private void growIfFull() {
    if (position < capacity) {
      return;
    }
    NDList old = cache;
    cache =
        program.callForTensors(
            manager, "grow", T5Program.tensors(old), IValue.from((long) capacity));
    old.close();
    capacity *= 2;
  }

  @Override
  public void retain(int[] rows) {
    NDManager next = program.manager().newSubManager();
    DjlDevice.guarded(
        "keep " + rows.length + " records",
        next,
        () -> {
          cache = select(program, next, cache, rows);
          cross = select(program, next, cross, rows);
          batch = batch.select(rows);
          return null;
        });
    manager.close();
    manager = next;
  }

  @Override
  public void close() {
    manager.close();
  }
}
