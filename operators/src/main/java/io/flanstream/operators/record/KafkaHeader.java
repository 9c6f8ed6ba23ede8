package io.flanstream.operators.record;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A Kafka record's header.
 *
 * @param name its name
 * @param value its value, null where it has none; not to be changed
 */
public record KafkaHeader(String name, byte[] value) {

  /** How Flink serialises it. */
  public static final TypeInformation<KafkaHeader> TYPE = Types.POJO(KafkaHeader.class);
}
