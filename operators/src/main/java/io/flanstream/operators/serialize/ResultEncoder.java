package io.flanstream.operators.serialize;

import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.IOException;

/** Enriched records to values of one topic; one operator's own. */
interface ResultEncoder {

  /**
   * Encodes a record that is no tombstone.
   *
   * @param record a record
   * @return its value
   * @throws IOException if its results are not of their schema; some throw a RuntimeException
   * @throws RejectedRecordException if it has no form here
   */
  byte[] encode(EnrichedRecord record) throws IOException, RejectedRecordException;
}
