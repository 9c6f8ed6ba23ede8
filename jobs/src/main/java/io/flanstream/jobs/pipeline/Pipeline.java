package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.configuration.Configuration;

/**
 * A pipeline file, checked.
 *
 * @param name name of the pipeline
 * @param kafka which Kafka
 * @param source what is read
 * @param model options under {@code model.*}, checked; its path is absolute
 * @param tasks the tasks as they are in the file
 * @param sink how results are written
 * @param deadLetters where records go that could not be enriched
 * @param job how the Flink job runs
 */
public record Pipeline(
    String name,
    KafkaSettings kafka,
    SourceSettings source,
    Configuration model,
    JsonNode tasks,
    SinkSettings sink,
    DeadLetterSettings deadLetters,
    JobSettings job) {}
