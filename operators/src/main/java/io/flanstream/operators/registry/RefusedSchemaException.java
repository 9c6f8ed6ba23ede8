package io.flanstream.operators.registry;

/**
 * The registry has no place for a schema, and would say so again: it breaks the subject's rules.
 */
public final class RefusedSchemaException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * Says which schema, and what the registry said.
   *
   * @param message for people, without a secret
   */
  public RefusedSchemaException(String message) {
    super(message);
  }
}
