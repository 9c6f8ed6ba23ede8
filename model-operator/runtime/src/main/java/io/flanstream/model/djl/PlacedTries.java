package io.flanstream.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.decode.ChoiceTrie;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tries whose matrices lie on the device, those that were used last. Not thread-safe. */
final class PlacedTries implements AutoCloseable {
  /** Numbers of the matrices that are kept, each a byte: 64 MiB. */
  private static final long MOST_NUMBERS = 1L << 26;

  private final T5Program program;
  private final int nodes;
  private final Map<ChoiceTrie, PlacedTrie> placed = new LinkedHashMap<>(16, 0.75f, true);
  private long numbers;

  /**
   * Begins without tries.
   *
   * @param program the program that takes them
   * @param nodes nodes of a slice
   */
  PlacedTries(T5Program program, int nodes) {
    this.program = program;
    this.nodes = nodes;
  }

  /** A trie's slices, to be used before another trie is asked for. */
  List<PlacedSlice> slices(ChoiceTrie trie) {
    PlacedTrie found = placed.get(trie);
    if (found == null) {
      found = place(trie);
      numbers += found.numbers();
      placed.put(trie, found);
      Iterator<PlacedTrie> oldest = placed.values().iterator();
      while (numbers > MOST_NUMBERS && placed.size() > 1) {
        PlacedTrie old = oldest.next();
        oldest.remove();
        numbers -= old.numbers();
        old.manager.close();
      }
    }
    return found.slices;
  }

  private PlacedTrie place(ChoiceTrie trie) {
    NDManager manager = program.manager().newSubManager();
    try {
      List<PlacedSlice> slices = new ArrayList<>();
      for (TrieSlice slice : TrieSlice.of(trie, nodes)) {
        slices.add(new PlacedSlice(slice, place(manager, slice)));
      }
      return new PlacedTrie(manager, slices);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private NDList place(NDManager manager, TrieSlice slice) {
    try (NDManager inputs = manager.newSubManager()) {
      return program.callForTensors(
          manager,
          "place_trie",
          T5Program.vector(inputs, slice.tokens()),
          T5Program.vector(inputs, slice.depths()),
          T5Program.matrix(inputs, slice.ancestors(), slice.nodes(), slice.nodes()),
          T5Program.vector(inputs, slice.edgeNodes()),
          T5Program.vector(inputs, slice.edgeTokens()));
    }
  }

  @Override
  public void close() {
    placed.values().forEach(trie -> trie.manager.close());
    placed.clear();
  }

  /** A slice and its tensors: tokens, depths, ancestors, nodes and tokens of its edges. */
  record PlacedSlice(TrieSlice slice, NDList tensors) {
    IValue tensor(int place) {
      return T5Program.tensor(tensors.get(place));
    }
  }

  private record PlacedTrie(NDManager manager, List<PlacedSlice> slices) {
    long numbers() {
      return slices.stream()
          .mapToLong(one -> (long) one.slice.nodes() * one.slice.nodes() + 1)
          .sum();
    }
  }
}
