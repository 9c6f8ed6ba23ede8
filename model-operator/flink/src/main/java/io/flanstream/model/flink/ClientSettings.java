package io.flanstream.model.flink;

import io.flanstream.model.batch.Share;
import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.crash.CrashSettings;
import java.io.Serializable;
import java.time.Duration;

/**
 * How a job, or a query, asks the model that it shares.
 *
 * @param answerTimeout how long the model may take for a record, waiting included; zero for as long
 *     as it needs
 * @param answerAttempts how many times a record is tried that takes longer
 * @param modelLinger how long the process keeps the model, and results in memory, after their last
 *     user has left
 * @param share the client's part of the device, which all clients of the process share
 * @param cache where results are kept; null where each is computed
 * @param crash where it is noted what is in flight; null where it is not
 */
public record ClientSettings(
    Duration answerTimeout,
    int answerAttempts,
    Duration modelLinger,
    Share share,
    CacheSettings cache,
    CrashSettings crash)
    implements Serializable {}
