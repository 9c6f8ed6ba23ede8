package io.flanstream.operators.serialize;

import io.flanstream.operators.record.KafkaHeader;
import io.flanstream.operators.registry.SchemaHeader;
import java.io.Serializable;
import java.util.List;

/**
 * A topic that enriched records go to.
 *
 * @param name its name
 * @param form how its records are written
 * @param limit the largest that it takes, everything included
 * @param placement where its records go within it
 */
public record OutputTopic(
    String name, ResultForm form, RecordLimit limit, RecordPlacement placement)
    implements Serializable {

  /** A topic whose records are placed as they were read. */
  public OutputTopic(String name, ResultForm form, RecordLimit limit) {
    this(name, form, limit, RecordPlacement.AS_READ);
  }

  /** A record with the key and headers of the one that it came from, and a value, null for none. */
  OutboundRecord record(EnrichedRecord record, byte[] value) {
    return new OutboundRecord(
        name,
        placement.keyOf(record),
        value,
        placement.headersOf(record, headers(record.origin().headers())),
        placement.partitionOf(record));
  }

  /** The schema that a header names is the input's; a value of another schema says its own. */
  private List<KafkaHeader> headers(List<KafkaHeader> headers) {
    return form.shape() == ResultShape.RESULTS
        ? headers
        : headers.stream().filter(header -> !SchemaHeader.isNamed(header.name())).toList();
  }
}
