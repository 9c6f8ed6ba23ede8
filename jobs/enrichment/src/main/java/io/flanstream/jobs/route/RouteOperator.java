package io.flanstream.jobs.route;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.operators.deadletter.Reason;
import io.flanstream.operators.serialize.EnrichedRecord;
import io.flanstream.schemas.EnrichedEvent;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Says which of the output topics a record goes to. One on which a condition fails is a dead
 * letter: it would fail again after every restart. Tombstones go to all topics.
 */
final class RouteOperator extends AbstractStreamOperator<EnrichedRecord>
    implements OneInputStreamOperator<EnrichedRecord, EnrichedRecord> {
  private static final long serialVersionUID = 1L;

  private final transient OneInputStreamOperator<RowData, RowData> conditions;
  private final transient RouteOutput found;
  private final transient List<AnswerColumn> columns;

  RouteOperator(
      StreamOperatorParameters<EnrichedRecord> parameters,
      OneInputStreamOperator<RowData, RowData> conditions,
      RouteOutput found,
      List<AnswerColumn> columns) {
    super(parameters);
    this.conditions = conditions;
    this.found = found;
    this.columns = columns;
  }

  @Override
  public void open() throws Exception {
    super.open();
    conditions.open();
  }

  @Override
  public void close() throws Exception {
    conditions.close();
    super.close();
  }

  @Override
  public void processElement(StreamRecord<EnrichedRecord> element) {
    EnrichedRecord record = element.getValue();
    if (record.event() == null) {
      output.collect(element);
      return;
    }
    try {
      conditions.processElement(new StreamRecord<>(row(record.event())));
    } catch (Exception e) {
      output.collect(
          DeadLetters.TAG,
          new StreamRecord<>(
              DeadLetters.of(
                  record.origin(),
                  Reason.ROUTE_FAILED,
                  "Cannot route event %s: sink.routes must hold for it or not, got %s"
                      .formatted(record.id(), e))));
      return;
    }
    output.collect(
        element.replace(new EnrichedRecord(record.origin(), record.event(), found.route())));
  }

  private RowData row(EnrichedEvent event) {
    GenericRowData row = new GenericRowData(2 + columns.size());
    row.setField(0, StringData.fromString(event.getId()));
    row.setField(1, TimestampData.fromEpochMillis(event.getEventTime().toEpochMilli()));
    for (int i = 0; i < columns.size(); i++) {
      row.setField(2 + i, internal(columns.get(i).of(event)));
    }
    return row;
  }

  private static Object internal(Object value) {
    if (value instanceof String text) {
      return StringData.fromString(text);
    }
    if (value instanceof BigDecimal decimal) {
      return DecimalData.fromBigDecimal(
          decimal, AnswerColumn.DECIMAL_PRECISION, AnswerColumn.DECIMAL_SCALE);
    }
    return value instanceof LocalDate day ? Integer.valueOf((int) day.toEpochDay()) : value;
  }
}
