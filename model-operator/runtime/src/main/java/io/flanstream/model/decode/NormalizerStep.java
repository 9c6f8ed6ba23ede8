package io.flanstream.model.decode;

/** One step of a tokenizer's normaliser. Immutable and thread-safe. */
interface NormalizerStep {

  /** The text after this step, its characters still knowing where they came from. */
  NormalizedText apply(NormalizedText text);
}
