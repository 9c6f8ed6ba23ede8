/**
 * The model in SQL: {@code CREATE MODEL … WITH ('provider' = 'flan-ul2')} and {@code ML_PREDICT}.
 * The same tasks, prompts and shared models as the job's.
 */
package io.flanstream.model.flink.table;
