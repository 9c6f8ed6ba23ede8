package io.flanstream.model.task;

import java.util.Map;

/**
 * What tasks are asked about.
 *
 * @param text any text
 * @param attributes values by name that conditions of tasks may look at
 * @param topic where the text comes from; empty where it comes from no topic
 */
public record TaskInput(String text, Map<String, String> attributes, String topic) {

  /** A text by itself. */
  public static TaskInput of(String text) {
    return new TaskInput(text, Map.of(), "");
  }
}
