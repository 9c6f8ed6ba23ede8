package io.flanstream.jobs.eval;

import java.util.List;

/**
 * Texts with the right answers.
 *
 * @param name name of the file or topic that they are from
 * @param texts the texts
 * @param lines what their lines stand for
 */
public record LabelledTexts(String name, List<LabelledText> texts, SourceLines lines) {

  /** Keeps its own copy. */
  public LabelledTexts {
    texts = List.copyOf(texts);
  }
}
