package io.flanstream.model.flink;

import io.flanstream.model.task.OverlongPolicy;
import java.io.Serializable;

/**
 * How events are enriched.
 *
 * @param overlong what happens to a text that does not fit
 * @param keepText whether results have the text
 * @param maxBytesInFlight the most bytes of events that a subtask has in the model at a time; an
 *     event that is larger goes in alone
 * @param client how the model is asked
 */
public record EnrichSettings(
    OverlongPolicy overlong, boolean keepText, long maxBytesInFlight, ClientSettings client)
    implements Serializable {}
