package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.deadletter.RejectedRecordException;
import java.io.IOException;

/** The value is one row of CSV (RFC 4180) in UTF-8, with all of its columns. */
final class CsvDecoder implements PayloadDecoder {
  private final ObjectReader reader;
  private final int columns;

  CsvDecoder(CsvColumns form) {
    CsvSchema.Builder schema = CsvSchema.builder().setColumnSeparator(form.separator());
    form.names().forEach(schema::addColumn);
    this.columns = form.names().size();
    this.reader =
        CsvMapper.csvBuilder()
            .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
            .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
            .build()
            .readerFor(JsonNode.class)
            .with(schema.build());
  }

  @Override
  public Payload decode(byte[] value) throws RejectedRecordException {
    String text = StrictUtf8.decode(value);
    try (MappingIterator<JsonNode> rows =
        reader.readValues(text.startsWith("\uFEFF") ? text.substring(1) : text)) {
      if (!rows.hasNextValue()) {
        throw rejected("got nothing");
      }
      JsonNode row = rows.nextValue();
      if (rows.hasNextValue()) {
        throw rejected("got another");
      }
      return new JsonPayload(row);
    } catch (JsonProcessingException e) {
      throw rejected(JsonProblem.textWithPlace(e));
    } catch (RuntimeJsonMappingException | IOException e) {
      throw rejected(e.getMessage());
    }
  }

  private RejectedRecordException rejected(String why) {
    return new RejectedRecordException(
        Reason.INVALID_CSV,
        "Cannot decode value: it must be one row of CSV with %s columns: %s"
            .formatted(columns, why));
  }
}
