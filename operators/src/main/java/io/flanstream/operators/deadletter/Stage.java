package io.flanstream.operators.deadletter;

/** Steps in which a record can fail. */
public enum Stage {
  /** Bytes to a record. */
  DESERIALIZE,
  /** A record to an event. */
  VALIDATE,
  /** Text to tokens. */
  TOKENIZE,
  /** Tokens to answers. */
  MODEL,
  /** Answers to results. */
  DECODE,
  /** Results to bytes. */
  SERIALIZE
}
