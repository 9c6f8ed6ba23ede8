package io.flanstream.operators.serialize;

import io.flanstream.schemas.EnrichedEvent;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * The two forms of an enriched event: with {@code generations}, and, where no task is a generation,
 * without that field, byte for byte what events were before there were generations.
 */
public final class EnrichedForms {
  private static final String GENERATIONS = "generations";

  /** The form without generations. */
  public static final Schema WITHOUT_GENERATIONS = withoutGenerations();

  /** Both forms; a record of one is no record of the other. The usual one is first. */
  public static final List<Schema> ALL =
      List.of(WITHOUT_GENERATIONS, EnrichedEvent.getClassSchema());

  private EnrichedForms() {}

  /** An event in the form that it is written in. */
  static SpecificRecord of(EnrichedEvent event) {
    return event.getGenerations() == null ? new Shortened(event) : event;
  }

  /**
   * Reads an event in plain Avro, whichever form it has.
   *
   * @param value all bytes of the event
   * @return the event
   * @throws IOException if it is none
   */
  public static EnrichedEvent read(byte[] value) throws IOException {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, null);
    EnrichedEvent event =
        new SpecificDatumReader<EnrichedEvent>(WITHOUT_GENERATIONS, EnrichedEvent.getClassSchema())
            .read(null, decoder);
    return decoder.isEnd()
        ? event
        : new SpecificDatumReader<EnrichedEvent>(EnrichedEvent.getClassSchema())
            .read(null, DecoderFactory.get().binaryDecoder(value, null));
  }

  private static Schema withoutGenerations() {
    Schema full = EnrichedEvent.getClassSchema();
    List<Schema.Field> fields =
        full.getFields().stream()
            .filter(field -> !field.name().equals(GENERATIONS))
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    Schema shortened =
        Schema.createRecord(full.getName(), full.getDoc(), full.getNamespace(), false, fields);
    full.getObjectProps().forEach(shortened::addProp);
    return shortened;
  }

  /** An event without its last field. */
  private record Shortened(EnrichedEvent event) implements SpecificRecord {

    @Override
    public Schema getSchema() {
      return WITHOUT_GENERATIONS;
    }

    @Override
    public Object get(int field) {
      return event.get(field);
    }

    @Override
    public void put(int field, Object value) {
      event.put(field, value);
    }
  }
}
