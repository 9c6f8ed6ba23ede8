package io.flanstream.model.task;

import java.io.Serializable;
import java.util.List;

/** What must hold of a record for a task to be asked about it. Immutable. */
public sealed interface Condition extends Serializable {

  /**
   * A classification accepted a label. One that was skipped has accepted none.
   *
   * @param task name of the classification
   * @param labels labels, one of which must have been accepted; any label will do where empty
   */
  record LabelIs(String task, List<String> labels) implements Condition {

    /** Copies the labels. */
    public LabelIs {
      labels = List.copyOf(labels);
    }
  }

  /**
   * The record has an attribute.
   *
   * @param attribute name of the attribute
   * @param values values, one of which it must have; any value will do where empty
   */
  record AttributeIs(String attribute, List<String> values) implements Condition {

    /** Copies the values. */
    public AttributeIs {
      values = List.copyOf(values);
    }
  }

  /**
   * The record comes from a topic.
   *
   * @param topics topics, one of which it must come from, at least one
   */
  record TopicIs(List<String> topics) implements Condition {

    /** Copies the topics. */
    public TopicIs {
      topics = List.copyOf(topics);
    }
  }
}
