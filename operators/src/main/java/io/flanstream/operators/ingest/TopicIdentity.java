package io.flanstream.operators.ingest;

import java.io.Serializable;
import java.util.Optional;

/**
 * What a topic is known by besides its name: another topic of the same name has another identity.
 */
@FunctionalInterface
public interface TopicIdentity extends Serializable {

  /** Asks for it; empty where nobody says. */
  Optional<String> ask();

  /** Of a topic that has none. */
  static TopicIdentity none() {
    return Optional::empty;
  }
}
