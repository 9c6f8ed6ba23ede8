package io.flanstream.operators.serialize;

import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;

/** Enriched events to bytes, each in its form; one operator's own. */
final class EnrichedEncoder {
  private final RecordForm form;
  private final RecordEncoder without;
  private RecordEncoder with;

  /**
   * Writes events. Asks the registry, where there is one, for the form without generations, and for
   * the other one when the first such event comes.
   */
  EnrichedEncoder(RecordForm form) {
    this.form = form;
    this.without = form.encoder(EnrichedForms.WITHOUT_GENERATIONS);
  }

  /**
   * Encodes an event.
   *
   * @param event an event
   * @return its bytes
   * @throws IOException if it is not of its schema; some events throw a RuntimeException instead
   * @throws io.flanstream.operators.registry.RegistryException if the registry is away, or has no
   *     place for the schema
   */
  byte[] encode(EnrichedEvent event) throws IOException {
    if (event.getGenerations() == null) {
      return without.encode(EnrichedForms.of(event));
    }
    if (with == null) {
      with = form.encoder(EnrichedEvent.getClassSchema());
    }
    return with.encode(event);
  }
}
