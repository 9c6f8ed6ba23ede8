package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.Envelope;
import io.flanstream.operators.ingest.EventTimeUnit;
import io.flanstream.operators.ingest.PayloadFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Keys under {@code source}. */
public final class SourceOptions {

  /** Topic to read. */
  public static final ConfigOption<String> TOPIC =
      ConfigOptions.key("source.topic")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Topic to read. One of source.topic, source.topics and source.topic-pattern is required.");

  /** Topics to read. */
  public static final ConfigOption<List<String>> TOPICS =
      ConfigOptions.key("source.topics")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Topics to read, all of whose values are written alike. A topic that is added to the list is read from its first record.");

  /** Names of topics to read. */
  public static final ConfigOption<String> TOPIC_PATTERN =
      ConfigOptions.key("source.topic-pattern")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Regular expression of the names of topics to read, such as orders-.*, which a whole name must match. A pipeline without an end looks for new topics as often as source.partition-discovery-interval says, and reads them from their first record.");

  /** Form of its values. */
  public static final ConfigOption<PayloadFormat> FORMAT =
      ConfigOptions.key("source.format")
          .enumType(PayloadFormat.class)
          .defaultValue(PayloadFormat.JSON)
          .withDescription(
              "Form of the values: json for a JSON object, text for the text alone, csv for a row with the columns of source.csv-columns, avro for plain Avro binary, protobuf for plain Protobuf. In the wire format of Confluent's serializers: json-confluent for JSON behind the id of its JSON Schema, avro-confluent and protobuf-confluent for Avro and Protobuf, each record by the schema that the registry has for it.");

  /** Avro schema. */
  public static final ConfigOption<String> SCHEMA =
      ConfigOptions.key("source.schema")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with the Avro schema that the values were written with, relative to the pipeline file; io.flanstream.schemas.TextEvent unless set. With avro-confluent, the schema that they are to be read as, by the rules of schema evolution; each its own unless set. With protobuf, a descriptor set that protoc --include_imports --descriptor_set_out has written; required.");

  /** Type of Protobuf messages. */
  public static final ConfigOption<String> PROTOBUF_MESSAGE =
      ConfigOptions.key("source.protobuf-message")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Full name of the message type of the values, such as shop.Order, in the descriptor set of source.schema. Required with protobuf; protobuf-confluent has it in each value.");

  /** Columns of CSV. */
  public static final ConfigOption<List<String>> CSV_COLUMNS =
      ConfigOptions.key("source.csv-columns")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Names of the columns of csv, in order; a row must have all of them, and an empty one counts as absent. Required with csv.");

  /** Separator of CSV. */
  public static final ConfigOption<String> CSV_SEPARATOR =
      ConfigOptions.key("source.csv-separator")
          .stringType()
          .defaultValue(",")
          .withDescription("Character between two columns of csv.");

  /** What records are wrapped in. */
  public static final ConfigOption<Envelope> ENVELOPE =
      ConfigOptions.key("source.envelope")
          .enumType(Envelope.class)
          .defaultValue(Envelope.NONE)
          .withDescription(
              "What records are wrapped in: none; debezium for changes of rows, where the row after the change is the record and a deleted row a tombstone; connect for Kafka Connect's JSON with schema and payload; cloudevents in structured and binary mode, where the data are the record, with the event's id and time unless source.id and source.event-time are set. Fields are those of the record; envelope:op and envelope:/before/status are parts of the envelope.");

  /** Forms of some topics. */
  public static final ConfigOption<Map<String, String>> TOPIC_FORMATS =
      ConfigOptions.key("source.topic-formats")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Forms of topics whose values are written otherwise than source.format says, by topic: json, json-confluent, text, avro-confluent or protobuf-confluent.");

  /** Envelopes of some topics. */
  public static final ConfigOption<Map<String, String>> TOPIC_ENVELOPES =
      ConfigOptions.key("source.topic-envelopes")
          .mapType()
          .defaultValue(Map.of())
          .withDescription(
              "Envelopes of topics whose records are wrapped otherwise than source.envelope says, by topic.");

  /** Where the text is. */
  public static final ConfigOption<String> TEXT =
      ConfigOptions.key("source.text")
          .stringType()
          .defaultValue("text")
          .withDescription(
              "Field with the text: a name, or a JSON pointer such as /body/text. Here and in the options below, kafka:key is the record's key as text, kafka:key/id a field of it, kafka:header/NAME a header, kafka:topic the topic. A record without text is a dead letter.");

  /** Texts of several fields. */
  public static final ConfigOption<String> TEXT_TEMPLATE =
      ConfigOptions.key("source.text-template")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Text made of several fields, in braces, instead of source.text: \"{subject}\\n{/body/text}\". A field that a record lacks is empty; a record that lacks all is a dead letter. {{ and }} are braces.");

  /** Where the id is. */
  public static final ConfigOption<String> ID =
      ConfigOptions.key("source.id")
          .stringType()
          .defaultValue("id")
          .withDescription(
              "Field with the event's id, a string or a whole number; topic-partition-offset where a record has none.");

  /** Where the event time is. */
  public static final ConfigOption<String> EVENT_TIME =
      ConfigOptions.key("source.event-time")
          .stringType()
          .defaultValue("eventTime")
          .withDescription(
              "Field that says when the event happened: ISO 8601, RFC 3339 or RFC 1123 with a zone, or a number, which may be text; the Kafka timestamp where a record has none.");

  /** What a number counts that is an event time. */
  public static final ConfigOption<EventTimeUnit> EVENT_TIME_UNIT =
      ConfigOptions.key("source.event-time-unit")
          .enumType(EventTimeUnit.class)
          .noDefaultValue()
          .withDescription(
              "What a number counts that is an event time, since 1970: seconds, milliseconds, microseconds or nanoseconds. Milliseconds unless set, and then a number that is a time of the years 2001 to 5138 in seconds is refused rather than taken for a day of 1970.");

  /** What to pass on. */
  public static final ConfigOption<List<String>> ATTRIBUTES =
      ConfigOptions.key("source.attributes")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Further fields to pass on as attributes, names or JSON pointers, each under its last name.");

  /** Texts that are records or tables. */
  public static final ConfigOption<Boolean> STRUCTURED_TEXT =
      ConfigOptions.key("source.structured-text")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether a text field that holds an object or a list is written out in a line, a record as names and values, a list of records as a table with its columns and rows; otherwise such a record goes to the dead letters.");

  /** Where to begin. */
  public static final ConfigOption<String> FROM =
      ConfigOptions.key("source.from")
          .stringType()
          .defaultValue("committed")
          .withDescription(
              "Where to begin without a Flink checkpoint: committed for the group's offsets (else earliest), earliest, latest, a time such as 2026-01-31T00:00:00Z, or offsets by partition such as 0:120,1:80, with several topics orders:0:120,clicks:1:80 (other partitions as committed).");

  /** Where to end. */
  public static final ConfigOption<String> TO =
      ConfigOptions.key("source.to")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Where to end, exclusive: latest for the end of the topics when the job starts, a time, none in the future, or offsets by partition, which reads only those partitions. The job goes on for ever unless set.");

  /** Lateness. */
  public static final ConfigOption<Duration> MAX_OUT_OF_ORDERNESS =
      ConfigOptions.key("source.max-out-of-orderness")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How far event times may be out of order before the watermark passes.");

  /** Idleness. */
  public static final ConfigOption<Duration> IDLE_TIMEOUT =
      ConfigOptions.key("source.idle-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long a reader may be without records before the watermark waits for it no more.");

  /** New partitions. */
  public static final ConfigOption<Duration> PARTITION_DISCOVERY =
      ConfigOptions.key("source.partition-discovery-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How often a pipeline without an end looks for new partitions of its topics, and for new topics of source.topic-pattern, which it reads from their first record.");

  private SourceOptions() {}
}
