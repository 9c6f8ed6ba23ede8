package io.flanstream.model;

/** A tokenizer that a model owns. */
interface ModelTokenizer extends TextTokenizer, AutoCloseable {

  @Override
  void close();
}
