package io.flanstream.jobs.demo;

import org.apache.flink.core.execution.JobClient;

/**
 * A demo that has shown its results.
 *
 * @param clusters what still runs
 * @param job the job, which waits for more messages
 * @param verified whether every message came out exactly once, where it should
 */
public record DemoRun(DemoClusters clusters, JobClient job, boolean verified) {}
