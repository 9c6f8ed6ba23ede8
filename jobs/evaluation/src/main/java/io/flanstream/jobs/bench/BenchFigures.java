package io.flanstream.jobs.bench;

import io.flanstream.model.batch.DeviceCall;
import io.flanstream.model.batch.RuntimeMetric;

/**
 * What a run measured.
 *
 * @param records prompts answered
 * @param seconds from the first question to the last answer
 * @param recordsPerSecond records over seconds
 * @param latencyMillis how long answers took, with so many under way
 * @param encode prompts through the encoder
 * @param score positions of choices scored at once
 * @param decode positions written or searched step by step
 * @param recordCost time of a record, encoding and scoring, over its prompt's tokens, both the mean
 *     of its batch; null where there were too few batches to fit it
 * @param batches batches encoded
 * @param meanBatch records of a batch
 * @param paddingShare padding over all that was encoded, padding included
 * @param decoderSteps decoder steps
 * @param meanRows rows of a step
 * @param meanQueueMillis how long a record waited before its batch went
 * @param joined records that shared the answer of an equal one under way
 * @param splits batches and steps that failed and were tried again in parts
 */
public record BenchFigures(
    int records,
    double seconds,
    double recordsPerSecond,
    LatencyFigures latencyMillis,
    PhaseFigures encode,
    PhaseFigures score,
    PhaseFigures decode,
    CostFit recordCost,
    long batches,
    double meanBatch,
    double paddingShare,
    long decoderSteps,
    double meanRows,
    double meanQueueMillis,
    long joined,
    long splits) {

  BenchFigures(
      int records,
      double seconds,
      LatencyFigures latencyMillis,
      RuntimeCounts counts,
      CallLog calls) {
    this(
        records,
        seconds,
        records / seconds,
        latencyMillis,
        PhaseFigures.of(
            counts,
            RuntimeMetric.ENCODER_TOKENS,
            RuntimeMetric.ENCODE_MILLIS,
            calls.fit(DeviceCall.Phase.ENCODE)),
        PhaseFigures.of(
            counts,
            RuntimeMetric.SCORED_POSITIONS,
            RuntimeMetric.SCORE_MILLIS,
            calls.fit(DeviceCall.Phase.SCORE)),
        PhaseFigures.of(
            counts,
            RuntimeMetric.DECODED_POSITIONS,
            RuntimeMetric.DECODE_MILLIS,
            calls.fit(DeviceCall.Phase.DECODE)),
        calls.fitOfRecords(),
        counts.get(RuntimeMetric.ENCODER_BATCHES),
        counts.ratio(RuntimeMetric.ENCODED_RECORDS, RuntimeMetric.ENCODER_BATCHES),
        paddingShare(counts),
        counts.get(RuntimeMetric.DECODER_STEPS),
        counts.ratio(RuntimeMetric.DECODED_POSITIONS, RuntimeMetric.DECODER_STEPS),
        counts.ratio(RuntimeMetric.QUEUED_MILLIS, RuntimeMetric.ENCODED_RECORDS),
        counts.get(RuntimeMetric.JOINED_REQUESTS),
        counts.get(RuntimeMetric.SPLITS));
  }

  private static double paddingShare(RuntimeCounts counts) {
    double padding = counts.get(RuntimeMetric.PADDING_TOKENS);
    double all = padding + counts.get(RuntimeMetric.ENCODER_TOKENS);
    return all == 0 ? 0 : padding / all;
  }
}
