package io.flanstream.operators.registry;

import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * Where a registry has the schemas of a topic's values.
 *
 * @param registry opens the registry
 * @param topic the topic
 * @param register whether to register a schema; it must be there already where not
 * @param strategy how a schema's subject is named
 */
public record Subject(
    RegistryProvider registry, String topic, boolean register, SubjectStrategy strategy)
    implements Serializable {

  /** The subject of a topic's values, as Confluent's TopicNameStrategy names it. */
  public static Subject ofValues(RegistryProvider registry, String topic, boolean register) {
    return new Subject(registry, topic, register, SubjectStrategy.TOPIC_NAME);
  }

  /**
   * The id under which the registry has a schema.
   *
   * @param schema what the records are
   * @throws RegistryException if the registry is away, does not take the schema, or must have it
   *     and does not
   */
  public int schemaId(Schema schema) {
    SchemaRegistry client = registry.open();
    String name = strategy.subject(topic, schema);
    return register ? client.register(name, schema) : client.find(name, schema);
  }
}
