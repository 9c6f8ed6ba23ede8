package io.flanstream.operators.registry;

import java.io.Serializable;
import org.apache.avro.Schema;

/**
 * A subject of a registry, under which the schema of a topic's values is.
 *
 * @param registry opens the registry
 * @param name name of the subject
 * @param register whether to register the schema; it must be there already where not
 */
public record Subject(RegistryProvider registry, String name, boolean register)
    implements Serializable {

  /** The subject of a topic's values, as Confluent's TopicNameStrategy names it. */
  public static Subject ofValues(RegistryProvider registry, String topic, boolean register) {
    return new Subject(registry, topic + "-value", register);
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
    return register ? client.register(name, schema) : client.find(name, schema);
  }
}
