package io.flanstream.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.DecoderStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows of a step of which the most probable tokens are wanted, in groups of about as many: a group
 * is one selection.
 */
final class TopRows {
  private static final int SMALLEST = 16;

  private final Map<Integer, List<Integer>> placesByWidth = new TreeMap<>();

  /** Notes how many tokens are wanted of the row at a place. */
  void add(int place, int wanted) {
    if (wanted > 0) {
      placesByWidth.computeIfAbsent(width(wanted), any -> new ArrayList<>()).add(place);
    }
  }

  private static int width(int wanted) {
    return wanted > 1 << 30
        ? Integer.MAX_VALUE
        : Math.max(SMALLEST, Integer.highestOneBit(2 * wanted - 1));
  }

  /** The rows' places, group by group. */
  IValue places(NDManager inputs) {
    return T5Program.vector(inputs, inOrder());
  }

  private int[] inOrder() {
    return placesByWidth.values().stream().flatMap(List::stream).mapToInt(place -> place).toArray();
  }

  /** Rows and tokens of each group. */
  long[] groups() {
    return placesByWidth.entrySet().stream()
        .flatMap(group -> List.of(group.getValue().size(), group.getKey()).stream())
        .mapToLong(number -> number)
        .toArray();
  }

  /**
   * Reads what came out.
   *
   * @param output the normalizers of all, then tokens and log-probabilities of each group; empty
   *     where nothing was wanted
   * @param rows row at each place
   * @param step where it goes
   */
  void read(NDList output, int[] rows, DecoderStep step) {
    if (placesByWidth.isEmpty()) {
      return;
    }
    float[] normalizers = output.get(0).toFloatArray();
    int[] places = inOrder();
    for (int i = 0; i < places.length; i++) {
      step.logNormalizers()[rows[places[i]]] = normalizers[i];
    }
    int at = 1;
    for (List<Integer> group : placesByWidth.values()) {
      int width = Math.toIntExact(output.get(at).getShape().get(1));
      long[] tokens = output.get(at++).toLongArray();
      float[] logprobs = output.get(at++).toFloatArray();
      for (int i = 0; i < group.size(); i++) {
        int row = rows[group.get(i)];
        step.topTokens()[row] =
            Arrays.stream(tokens, i * width, (i + 1) * width).mapToInt(Math::toIntExact).toArray();
        step.topLogprobs()[row] = Arrays.copyOfRange(logprobs, i * width, (i + 1) * width);
      }
    }
  }
}
