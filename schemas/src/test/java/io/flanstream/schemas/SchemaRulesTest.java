package io.flanstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every record keeps to, so that people can read its schema and Flink SQL its values. */
class SchemaRulesTest {
  private static final Set<Type> READABLE_IN_SQL =
      EnumSet.of(
          Type.STRING,
          Type.BYTES,
          Type.INT,
          Type.LONG,
          Type.DOUBLE,
          Type.BOOLEAN,
          Type.RECORD,
          Type.ARRAY,
          Type.MAP);

  @ParameterizedTest
  @MethodSource("records")
  void everythingHasADoc(Schema record) {
    assertThat(record.getDoc()).as(record.getFullName()).isNotBlank();
    assertThat(record.getFields())
        .allSatisfy(
            field ->
                assertThat(field.doc()).as(record.getFullName() + '.' + field.name()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("records")
  void flinkSqlCanReadEveryField(Schema record) {
    assertThat(record.getNamespace()).isEqualTo("io.flanstream.schemas");
    for (Schema.Field field : record.getFields()) {
      assertReadable(field.schema(), record.getFullName() + '.' + field.name());
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void whatMayBeNullIsSoByDefault(Schema record) {
    for (Schema.Field field : record.getFields()) {
      if (field.schema().isNullable()) {
        assertThat(field.hasDefaultValue()).as(record.getName() + '.' + field.name()).isTrue();
      }
    }
  }

  /** The generated class of a record that was not generated anew has its parts as they were. */
  @Test
  void partsAreTheSameWhereverTheyStand() {
    Schema enriched = EnrichedEvent.getClassSchema();
    Schema classification = enriched.getField("classifications").schema().getElementType();
    Schema extraction = enriched.getField("extractions").schema().getElementType();
    String rule = "as generated together: mvn clean where not";
    assertThat(classification).as(rule).isEqualTo(Classification.getClassSchema());
    assertThat(classification.getField("alternatives").schema().getElementType())
        .as(rule)
        .isEqualTo(Alternative.getClassSchema());
    assertThat(extraction).as(rule).isEqualTo(Extraction.getClassSchema());
    assertThat(extraction.getField("fields").schema().getElementType())
        .as(rule)
        .isEqualTo(ExtractedField.getClassSchema());
    assertThat(enriched.getField("generations").schema().getTypes().get(1).getElementType())
        .as(rule)
        .isEqualTo(Generation.getClassSchema());
  }

  private static void assertReadable(Schema schema, String where) {
    switch (schema.getType()) {
      case UNION -> {
        assertThat(schema.getTypes()).as(where + ": null first, and one other").hasSize(2);
        assertThat(schema.getTypes().get(0).getType()).as(where).isEqualTo(Type.NULL);
        assertReadable(schema.getTypes().get(1), where);
      }
      case ARRAY -> assertReadable(schema.getElementType(), where);
      case MAP -> assertReadable(schema.getValueType(), where);
      default -> assertThat(schema.getType()).as(where).isIn(READABLE_IN_SQL);
    }
  }

  static Stream<Schema> records() {
    Map<String, Schema> records = new LinkedHashMap<>();
    List.of(TextEvent.getClassSchema(), EnrichedEvent.getClassSchema(), DeadLetter.getClassSchema())
        .forEach(schema -> collect(schema, records));
    assertThat(records).as("the records of src/main/avro").hasSize(13);
    return records.values().stream();
  }

  private static void collect(Schema schema, Map<String, Schema> records) {
    switch (schema.getType()) {
      case RECORD -> {
        if (records.putIfAbsent(schema.getFullName(), schema) == null) {
          schema.getFields().forEach(field -> collect(field.schema(), records));
        }
      }
      case UNION -> schema.getTypes().forEach(type -> collect(type, records));
      case ARRAY -> collect(schema.getElementType(), records);
      case MAP -> collect(schema.getValueType(), records);
      default -> {
        // Nothing below it.
      }
    }
  }
}
