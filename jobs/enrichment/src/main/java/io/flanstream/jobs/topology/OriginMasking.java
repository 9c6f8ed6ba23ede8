package io.flanstream.jobs.topology;

import io.flanstream.model.flink.Enrichment;
import io.flanstream.model.task.MaskedValues;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.RecordMasking;
import io.flanstream.operators.ingest.SourceForms;
import io.flanstream.operators.ingest.SourcedEvent;
import io.flanstream.operators.record.KafkaRecord;
import java.io.Serializable;
import java.util.function.UnaryOperator;

/**
 * Masks the records that events came from before anything of them is written: key and headers, and
 * the value where answers are merged into it. One operator's own.
 */
final class OriginMasking implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SourceForms source;
  private final boolean masks;
  private transient RecordMasking masking;

  /**
   * Masks records.
   *
   * @param source how values are written; null where none is written again
   * @param masks whether a task of the pipeline's file masks; where none does, one may still come
   *     by the tasks topic
   */
  OriginMasking(SourceForms source, boolean masks) {
    this.source = source;
    this.masks = masks;
  }

  /**
   * The record of an event that was enriched.
   *
   * @throws RejectedRecordException if a field cannot be masked
   */
  KafkaRecord origin(Enrichment<SourcedEvent> enrichment) throws RejectedRecordException {
    KafkaRecord origin = enrichment.input().origin();
    if (enrichment.event() == null || (!masks && enrichment.masked().isEmpty())) {
      return origin;
    }
    String text = enrichment.input().event().getText();
    MaskedValues values = new MaskedValues(enrichment.masked());
    String written = enrichment.event().getText();
    UnaryOperator<String> masked =
        part -> written != null && part.equals(text) ? written : values.maskedIn(part);
    if (source == null) {
      return RecordMasking.around(origin, masked);
    }
    if (masking == null) {
      masking = new RecordMasking(source);
    }
    return masking.masked(origin, text, masked);
  }
}
