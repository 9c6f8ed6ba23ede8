package io.flanstream.jobs.bench;

import io.flanstream.model.ModelDescription;

/**
 * A run, and what it ran.
 *
 * @param mode what was asked
 * @param model the model
 * @param threads threads of a model call; 0 for one for each core
 * @param inFlight the most prompts under way at a time
 * @param loadSeconds how long the model took to open
 * @param figures what was measured
 * @param shares how much of the device that is; null where it was not measured
 */
public record BenchReport(
    BenchMode mode,
    ModelDescription model,
    int threads,
    int inFlight,
    double loadSeconds,
    BenchFigures figures,
    DeviceShares shares) {}
