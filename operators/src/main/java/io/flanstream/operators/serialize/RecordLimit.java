package io.flanstream.operators.serialize;

import java.io.Serializable;

/** The largest record that a topic takes, which may change while a job runs. */
public interface RecordLimit extends Serializable {

  /** Begins to watch it, where it can change; called once by each subtask. */
  default void open() {}

  /** The limit now, in bytes, key, headers and Kafka's own bytes included. */
  int bytes();

  /** Watches it no more. */
  default void close() {}

  /** One that never changes. */
  static RecordLimit of(int bytes) {
    return () -> bytes;
  }
}
