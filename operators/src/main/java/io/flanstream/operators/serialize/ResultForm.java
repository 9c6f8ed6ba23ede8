package io.flanstream.operators.serialize;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.answers.AnswerRecord;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.ContentReader;
import io.flanstream.operators.ingest.PayloadForm;
import io.flanstream.operators.ingest.SourceForms;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.SchemaHeader;
import io.flanstream.operators.registry.WireFormat;
import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;

/**
 * How a topic's enriched records are written.
 *
 * @param form how values are written
 * @param shape what they look like
 * @param field name of the field that a merged record has for the answers
 * @param columns the answers of a flat record and of that field
 * @param source how the records that are merged into were written; unused by other shapes
 */
public record ResultForm(
    RecordForm form,
    ResultShape shape,
    String field,
    List<AnswerColumn> columns,
    SourceForms source)
    implements Serializable {
  private static final String FLAT_NAME = "Answers";

  /** Keeps its own list. */
  public ResultForm {
    columns = List.copyOf(columns);
  }

  /** The same, where all records that are merged into were written in one form. */
  public ResultForm(
      RecordForm form,
      ResultShape shape,
      String field,
      List<AnswerColumn> columns,
      PayloadForm source) {
    this(form, shape, field, columns, source == null ? null : SourceForms.of(source));
  }

  /** Results with all that is known, each a record of its own. */
  public static ResultForm results(RecordForm form) {
    return new ResultForm(form, ResultShape.RESULTS, "", List.of(), (SourceForms) null);
  }

  /**
   * The schema of records in Avro.
   *
   * @param shape what they look like
   * @param field name of the field that a merged record has for the answers
   * @param columns the answers
   * @param written schema of the records that are merged into
   * @throws IllegalArgumentException if it cannot take the field
   */
  public static Schema schema(
      ResultShape shape, String field, List<AnswerColumn> columns, Schema written) {
    return switch (shape) {
      case RESULTS -> EnrichedEvent.getClassSchema();
      case FLAT -> new AnswerRecord(FLAT_NAME, columns).schema();
      case MERGED -> {
        try {
          yield new MergedSchema(field, answersField(field, columns).schema()).of(written);
        } catch (RejectedRecordException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
    };
  }

  /**
   * What writes values.
   *
   * @throws RegistryException if the registry is away, or has no place for a schema
   */
  ResultEncoder encoder() {
    return switch (shape) {
      case RESULTS -> results();
      case FLAT -> flat();
      case MERGED -> merged();
    };
  }

  private ResultEncoder results() {
    EnrichedEncoder encoder = new EnrichedEncoder(form);
    return record -> encoder.encode(record.event());
  }

  private ResultEncoder flat() {
    AnswerRecord answers = new AnswerRecord(FLAT_NAME, columns);
    if (form.format() == RecordFormat.JSON) {
      return record -> PlainJson.bytes(answers.values(record.event()));
    }
    RecordEncoder encoder = form.encoder(answers.schema());
    return record -> encoder.encode(answers.of(record.event()));
  }

  private ResultEncoder merged() {
    Function<String, ResultEncoder> encoders = source.each(this::merged);
    return record -> encoders.apply(record.origin().topic()).encode(record);
  }

  private ResultEncoder merged(PayloadForm read) {
    AnswerRecord answers = answersField(field, columns);
    if (form.format() == RecordFormat.JSON) {
      MergedJson merged = new MergedJson(field);
      Objects objects = objects(read);
      return record ->
          merged.merge(
              objects.object(record.origin()), PlainJson.bytes(answers.values(record.event())));
    }
    MergedSchema schema = new MergedSchema(field, answers.schema());
    return switch (read.format()) {
      case PROTOBUF, PROTOBUF_CONFLUENT -> new MergedProtobufEncoder(form, schema, answers, read);
      default -> new MergedAvroEncoder(form, schema, answers, read);
    };
  }

  /** Values as JSON objects. */
  @FunctionalInterface
  private interface Objects {
    byte[] object(KafkaRecord record) throws IOException, RejectedRecordException;
  }

  /** JSON stays as it came; a text becomes an object that has it. */
  private static Objects objects(PayloadForm read) {
    ContentReader reader = new ContentReader(read);
    return switch (read.format()) {
      case JSON -> KafkaRecord::value;
      case JSON_CONFLUENT ->
          record ->
              SchemaHeader.of(record).isPresent() || WireFormat.schemaId(record.value()).isEmpty()
                  ? record.value()
                  : Arrays.copyOfRange(
                      record.value(), WireFormat.HEADER_BYTES, record.value().length);
      case TEXT ->
          record ->
              PlainJson.bytes(Map.of("text", new String(record.value(), StandardCharsets.UTF_8)));
      default -> record -> reader.read(record).json().getBytes(StandardCharsets.UTF_8);
    };
  }

  /** The record in the field for the answers, named after the field. */
  static AnswerRecord answersField(String field, List<AnswerColumn> columns) {
    return new AnswerRecord(
        field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1), columns);
  }
}
