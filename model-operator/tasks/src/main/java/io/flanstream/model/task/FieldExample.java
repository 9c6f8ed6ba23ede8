package io.flanstream.model.task;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A text with its values, which a prompt shows before it asks.
 *
 * @param text the text
 * @param values values by the names of their fields, each as it stands in the text; a field that is
 *     left out is absent from it
 */
public record FieldExample(String text, Map<String, String> values) implements Serializable {

  /** Copies the values, in their order. */
  public FieldExample {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
