package io.flanstream.model.djl;

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
  long[] places() {
    return placesByWidth.values().stream()
        .flatMap(List::stream)
        .mapToLong(place -> place)
        .toArray();
  }

  /** Rows and tokens of each group. */
  long[] groups() {
    return placesByWidth.entrySet().stream()
        .flatMap(group -> List.of(group.getValue().size(), group.getKey()).stream())
        .mapToLong(number -> number)
        .toArray();
  }

  /**
   * Reads what came out: the normalizers of all rows, then tokens and log-probabilities of each
   * group; nothing where nothing was wanted.
   *
   * @param output the step's output
   * @param from where in it
   * @param rows row at each place
   * @param pieces tokens that there are
   * @param step where it goes
   */
  void read(float[] output, int from, int[] rows, int pieces, DecoderStep step) {
    int at = from + rows.length;
    for (Map.Entry<Integer, List<Integer>> group : placesByWidth.entrySet()) {
      int width = Math.min(group.getKey(), pieces);
      int logprobs = at + group.getValue().size() * width;
      for (int place : group.getValue()) {
        int row = rows[place];
        step.logNormalizers()[row] = output[from + place];
        step.topTokens()[row] = new int[width];
        for (int i = 0; i < width; i++) {
          step.topTokens()[row][i] = (int) output[at + i];
        }
        step.topLogprobs()[row] = Arrays.copyOfRange(output, logprobs, logprobs + width);
        at += width;
        logprobs += width;
      }
      at = logprobs;
    }
  }
}
