package io.flanstream.model.task;

import java.io.Serializable;
import java.util.List;

/**
 * A text with its labels, which a prompt shows before it asks.
 *
 * @param text the text
 * @param labels names of its labels; one where the task scores its labels together
 */
public record LabelExample(String text, List<String> labels) implements Serializable {

  /** Copies the labels. */
  public LabelExample {
    labels = List.copyOf(labels);
  }
}
