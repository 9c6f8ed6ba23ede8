package io.flanstream.operators.registry;

/** The registry has answered, and there is no Avro schema of that id. */
public final class UnknownSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message) {
    super(message, null, false, false);
  }
}
