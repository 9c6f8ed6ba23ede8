package io.flanstream.operators.registry;

import java.io.Serializable;

/** Opens a schema registry where it is asked. */
@FunctionalInterface
public interface RegistryProvider extends Serializable {

  /**
   * Opens a client of the registry; nothing is asked yet.
   *
   * @return the client, the caller's own
   * @throws RegistryException if its settings cannot be used here, such as a file that is missing
   */
  SchemaRegistry open();
}
