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
 */
public record OutputTopic(String name, ResultForm form, RecordLimit limit) implements Serializable {

  /** A record with the key and headers of the one that it came from, and a value, null for none. */
  OutboundRecord record(EnrichedRecord record, byte[] value) {
    return new OutboundRecord(
        name, record.origin().keyOr(record.id()), value, headers(record.origin().headers()));
  }

  /** The schema that a header names is the input's; a value of another schema says its own. */
  private List<KafkaHeader> headers(List<KafkaHeader> headers) {
    return form.shape() == ResultShape.RESULTS
        ? headers
        : headers.stream().filter(header -> !SchemaHeader.isNamed(header.name())).toList();
  }
}
