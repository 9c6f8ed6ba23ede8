package io.flanstream.model;

import io.flanstream.model.decode.ChoiceTrie;
import java.util.List;

/**
 * A closed set of answers, prepared by {@link TextModel#choices}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param texts the answers as given
 * @param trie their tokens, common prefixes shared, each ended with the end token
 */
public record Choices(List<String> texts, ChoiceTrie trie) {

  /** {@return the number of choices} */
  public int size() {
    return texts.size();
  }
}
