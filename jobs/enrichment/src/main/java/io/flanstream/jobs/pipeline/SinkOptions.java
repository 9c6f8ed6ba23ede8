package io.flanstream.jobs.pipeline;

import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.RecordPlacement;
import io.flanstream.operators.serialize.ResultShape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Keys under {@code sink}. */
public final class SinkOptions {

  /** Topic of the enriched events. */
  public static final ConfigOption<String> TOPIC =
      ConfigOptions.key("sink.topic")
          .stringType()
          .noDefaultValue()
          .withDescription("Topic to write enriched events to. Required.");

  /** What the enriched events look like. */
  public static final ConfigOption<ResultShape> SHAPE =
      ConfigOptions.key("sink.shape")
          .enumType(ResultShape.class)
          .defaultValue(ResultShape.RESULTS)
          .withDescription(
              "What an enriched event looks like: results for a record of its own with all that is known, nested; merged for the record that was read, as it came, with one more field for the answers; flat for a record of id, event_time and a field for each answer. The answers are the columns of SQL's view answers.");

  /** Where the answers of a merged record are. */
  public static final ConfigOption<String> ANSWERS_FIELD =
      ConfigOptions.key("sink.answers-field")
          .stringType()
          .defaultValue("answers")
          .withDescription(
              "Name of the field that a merged record has for the answers. A record that has a field of that name already is a dead letter.");

  /** How subjects are named. */
  public static final ConfigOption<SubjectStrategy> SUBJECT_STRATEGY =
      ConfigOptions.key("sink.subject-strategy")
          .enumType(SubjectStrategy.class)
          .noDefaultValue()
          .withDescription(
              "Subject of the registry under which the schemas of enriched records are, where the format is avro-confluent: topic-name for TOPIC-value, topic-record-name for TOPIC-TYPE, with the full name of the record type, as Confluent's strategies of these names. Unless set, it is topic-record-name where records of several topics are merged, which may be of several types, and topic-name otherwise.");

  /** Topics for some of the enriched events. */
  public static final ConfigOption<List<Map<String, String>>> ROUTES =
      ConfigOptions.key("sink.routes")
          .mapType()
          .asList()
          .defaultValues()
          .withDescription(
              "Topics for some of the enriched events: a list of when, a condition in Flink SQL's expression syntax over the columns of SQL's view answers, and topic. An event goes to the topic of the first condition that holds, to sink.topic where none does; an event on which a condition fails is a dead letter, and a tombstone goes to all topics.");

  /** What the keys are. */
  public static final ConfigOption<RecordPlacement.Key> KEY =
      ConfigOptions.key("sink.key")
          .enumType(RecordPlacement.Key.class)
          .defaultValue(RecordPlacement.Key.RECORD)
          .withDescription(
              "Key of an enriched record: record for that of the record that was read, or the event's id where it has none; id for the event's id. A tombstone keeps its key.");

  /** How partitions are chosen. */
  public static final ConfigOption<RecordPlacement.Partition> PARTITION =
      ConfigOptions.key("sink.partition")
          .enumType(RecordPlacement.Partition.class)
          .defaultValue(RecordPlacement.Partition.BY_KEY)
          .withDescription(
              "Partition of an enriched record: by-key for the one that Kafka's producer chooses by the key; source for the one of the record that was read, where the topic has as many, whatever chose it there.");

  /** Answers in headers. */
  public static final ConfigOption<List<String>> ANSWER_HEADERS =
      ConfigOptions.key("sink.answer-headers")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Answers that a record has as headers too, for consumers that route without decoding: columns of SQL's view answers, such as intent and intent_score. The header of each is answer. and the column's name, its value the answer as text in UTF-8; an answer that is null has none.");

  /** Form of the enriched events. */
  public static final ConfigOption<RecordFormat> FORMAT =
      ConfigOptions.key("sink.format")
          .enumType(RecordFormat.class)
          .defaultValue(RecordFormat.AVRO)
          .withDescription(
              "Form of the enriched events: avro for plain Avro binary, avro-confluent for Avro in the wire format of Confluent's serializers, json for plain JSON. Where the shape is merged, it is the source's form unless set: Protobuf becomes Avro, and every form can become JSON.");

  /** Whether the text goes along. */
  public static final ConfigOption<Boolean> KEEP_TEXT =
      ConfigOptions.key("sink.keep-text")
          .booleanType()
          .defaultValue(true)
          .withDescription("Whether an enriched event has its text.");

  /** Largest record. */
  public static final ConfigOption<MemorySize> MAX_RECORD_SIZE =
      ConfigOptions.key("sink.max-record-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(1))
          .withDescription(
              "The largest record that both topics take, key, headers and Kafka's own bytes included: at most their max.message.bytes. An event that comes out larger is a dead letter; a dead letter is cut to fit.");

  /** Prefix of the transactions. */
  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      ConfigOptions.key("sink.transactional-id-prefix")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "What the transactions are named by, unique on the Kafka cluster; flanstream- and the pipeline's name unless set.");

  /** Transaction timeout. */
  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      ConfigOptions.key("sink.transaction-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long the broker keeps a transaction open: at least three checkpoint intervals, and at most the broker's transaction.max.timeout.ms, 15 minutes unless changed. A Flink checkpoint may take a quarter of it. Checkpoints that fail hold results back and no more, but where none completes for half of it the job restarts from the last that did, because the broker would abort what is still to be committed; the last quarter is for that restart.");

  private SinkOptions() {}
}
