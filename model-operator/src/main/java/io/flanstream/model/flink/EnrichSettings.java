package io.flanstream.model.flink;

import io.flanstream.model.batch.Share;
import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.crash.CrashSettings;
import io.flanstream.model.task.OverlongPolicy;
import java.io.Serializable;
import java.time.Duration;

/**
 * How events are enriched.
 *
 * @param overlong what happens to a text that does not fit
 * @param keepText whether results have the text
 * @param maxBytesInFlight the most bytes of events that a subtask has in the model at a time; an
 *     event that is larger goes in alone
 * @param answerTimeout how long the model may take for an event, waiting included; zero for as long
 *     as it needs
 * @param answerAttempts how many times an event is tried that takes longer
 * @param modelLinger how long the process keeps the model, and results in memory, after their last
 *     user has left
 * @param share the job's part of the device, which all jobs of the process share
 * @param cache where results are kept; null where each is computed
 * @param crash where it is noted what is in flight; null where it is not
 */
public record EnrichSettings(
    OverlongPolicy overlong,
    boolean keepText,
    long maxBytesInFlight,
    Duration answerTimeout,
    int answerAttempts,
    Duration modelLinger,
    Share share,
    CacheSettings cache,
    CrashSettings crash)
    implements Serializable {}
