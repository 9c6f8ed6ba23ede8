package io.flanstream.operators.serialize;

import io.flanstream.schemas.DeadLetter;
import java.io.IOException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Dead letters to bytes, each cut to fit in a record. */
public final class SerializeDeadLetterFunction extends RichMapFunction<DeadLetter, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final RecordForm form;
  private final RecordLimit limit;
  private final PayloadRedaction redaction;
  private transient DeadLetterFitting fitting;

  /**
   * Writes dead letters of a form.
   *
   * @param topic where they go
   * @param form their form
   * @param limit the largest record that the topic takes, everything included
   * @param redaction what to hide of them
   */
  public SerializeDeadLetterFunction(
      String topic, RecordForm form, RecordLimit limit, PayloadRedaction redaction) {
    this.topic = topic;
    this.form = form;
    this.limit = limit;
    this.redaction = redaction;
  }

  @Override
  public void open(OpenContext context) {
    fitting = new DeadLetterFitting(topic, form.encoder(DeadLetter.getClassSchema()));
    limit.open();
  }

  @Override
  public void close() {
    limit.close();
  }

  @Override
  public OutboundRecord map(DeadLetter letter) throws IOException {
    return fitting.fit(redaction.redact(letter), limit.bytes());
  }
}
