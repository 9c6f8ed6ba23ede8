package io.flanstream.model.decode;

import java.util.Arrays;

/** Token ids being collected, few of a large vocabulary. */
final class TokenIds {
  private int[] ids = new int[16];
  private int count;

  void add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }

  void addAll(int[] others) {
    if (count + others.length > ids.length) {
      ids = Arrays.copyOf(ids, 2 * (count + others.length));
    }
    System.arraycopy(others, 0, ids, count, others.length);
    count += others.length;
  }

  /** The ids, ascending and distinct. */
  int[] toArray() {
    Arrays.sort(ids, 0, count);
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || ids[distinct - 1] != ids[i]) {
        ids[distinct++] = ids[i];
      }
    }
    return Arrays.copyOf(ids, distinct);
  }
}
