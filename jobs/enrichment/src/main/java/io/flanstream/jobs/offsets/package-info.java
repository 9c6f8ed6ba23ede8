/**
 * The offsets that a pipeline commits for its consumer group: those from which a reader without
 * Flink's state loses nothing.
 *
 * <p>Flink's Kafka source would commit how far it has read. Records that are still in the model at
 * a Flink checkpoint are in the checkpoint's state alone, and those behind the model are in
 * transactions that the sinks commit after the checkpoint. So the subtasks tell the JobManager
 * three things about a checkpoint: how far each partition was read, the first record of each
 * partition that was in the model, and that a sink has committed. Once every sink has committed a
 * checkpoint, the first two give the group's offsets.
 */
package io.flanstream.jobs.offsets;
