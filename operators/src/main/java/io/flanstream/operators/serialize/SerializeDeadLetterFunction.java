package io.flanstream.operators.serialize;

import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Dead letters to bytes, each cut to fit in a record. */
public final class SerializeDeadLetterFunction extends RichMapFunction<DeadLetter, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final RecordFormat format;
  private final int maxRecordBytes;
  private transient DeadLetterFitting fitting;

  /**
   * Writes dead letters of a form.
   *
   * @param format their form
   * @param maxRecordBytes the largest record that the topic takes, everything included
   */
  public SerializeDeadLetterFunction(RecordFormat format, int maxRecordBytes) {
    this.format = format;
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public void open(OpenContext context) {
    fitting = new DeadLetterFitting(RecordEncoder.of(format), maxRecordBytes);
  }

  @Override
  public OutboundRecord map(DeadLetter letter) throws IOException {
    return fitting.fit(letter);
  }
}
