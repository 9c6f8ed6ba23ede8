package io.flanstream.model.flink;

import io.flanstream.model.task.MaskedValues;
import io.flanstream.schemas.EnrichedEvent;

/**
 * An event with its results, and what is masked in it.
 *
 * @param event the event, masked
 * @param masked the values that are masked
 */
record MaskedEvent(EnrichedEvent event, MaskedValues masked) {}
