package io.flanstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Today's records against what was released: readers and writers of either form understand the
 * other. A released file never changes; a new form becomes a new directory with the command in
 * {@link #writesARelease()}.
 */
class ReleasedSchemasTest {
  private static final String RELEASE = "0.1.0";
  private static final Path DIRECTORY =
      Path.of(
          System.getProperty("flanstream.root"), "schemas/src/test/resources/released", RELEASE);
  private static final List<Schema> CURRENT =
      List.of(
          TextEvent.getClassSchema(), EnrichedEvent.getClassSchema(), DeadLetter.getClassSchema());

  private static final Map<String, String> HASHES =
      Map.ofEntries(
          Map.entry(
              "DeadLetter-full.avro",
              "a205bba1cbb67cb98abc57d2ba1d986732ae808c6951ffdb8d7087602ac89d6e"),
          Map.entry(
              "DeadLetter-least.avro",
              "acce2c3f68497a367f435049d28fb4719d51c7a3a8e9af0a95eaa22a0f74df4f"),
          Map.entry(
              "DeadLetter.avsc",
              "186e740f8f633669881588f803bad4bc2dc56891935d74d8dfcd4a838d60dfe7"),
          Map.entry(
              "EnrichedEvent-full.avro",
              "9d1e1971184a49d46abfd20598fe65c49b6b6c2873b9381121209ab00dbe3f1a"),
          Map.entry(
              "EnrichedEvent-least.avro",
              "066ca34ae9efc64b000a578c5521dc0e6d9d3d4a2cfa9acf6d74e638ea446c8b"),
          Map.entry(
              "EnrichedEvent.avsc",
              "1fb30ce1029b4c66468d7e480f9e75308c6319fdd4671d96b3921aec50d85b40"),
          Map.entry(
              "TextEvent-full.avro",
              "271cd565216bf958e5a7b8e0b5eeba7b6286af700c97b5ffe4a3a42830e18429"),
          Map.entry(
              "TextEvent-least.avro",
              "186a1717c1078ae81f5f288409f289baba8615357a58874713bb5b6dbb4bedf2"),
          Map.entry(
              "TextEvent.avsc",
              "45f8e81b817b87ec3eab8ebca1a2b5e37c4efa698bfc3888355000ff2209be42"));

  @Test
  void releasedFilesNeverChange() throws IOException, GeneralSecurityException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.toList()) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        hashes.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
      }
    }
    assertThat(hashes).isEqualTo(new TreeMap<>(HASHES));
  }

  @ParameterizedTest
  @FieldSource("CURRENT")
  void isFullyCompatibleWithTheRelease(Schema current) throws IOException {
    Schema released = released(current.getName());

    assertThat(compatibility(current, released)).as("reads what was released").isEmpty();
    assertThat(compatibility(released, current)).as("is read by what was released").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void readsWhatTheReleaseWrote(String file) throws IOException {
    SpecificRecord sample = SampleRecords.all().get(file);
    byte[] bytes = Files.readAllBytes(DIRECTORY.resolve(file + ".avro"));
    Schema released = released(sample.getSchema().getName());

    SpecificRecord read =
        new SpecificDatumReader<SpecificRecord>(released, sample.getSchema())
            .read(null, DecoderFactory.get().binaryDecoder(bytes, null));

    assertThat(read).isEqualTo(sample);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void writesWhatTheReleaseReads(String file) throws IOException {
    SpecificRecord sample = SampleRecords.all().get(file);

    byte[] bytes = Files.readAllBytes(DIRECTORY.resolve(file + ".avro"));
    Schema released = released(sample.getSchema().getName());

    assertThat(read(written(sample), sample.getSchema(), released))
        .isEqualTo(read(bytes, released, released));
  }

  /**
   * Writes a new release, where asked to: {@code mvn -pl schemas test
   * -Dtest=ReleasedSchemasTest#writesARelease -Dflanstream.release=0.1.0}, never over one that was
   * published. The hashes of its files then go into {@link #HASHES}.
   */
  @Test
  @EnabledIfSystemProperty(named = "flanstream.release", matches = ".+")
  void writesARelease() throws IOException {
    Path directory =
        Files.createDirectories(DIRECTORY.resolveSibling(System.getProperty("flanstream.release")));
    for (Schema schema : CURRENT) {
      Files.writeString(
          directory.resolve(schema.getName() + ".avsc"), schema.toString(true) + "\n");
    }
    for (Map.Entry<String, SpecificRecord> sample : SampleRecords.all().entrySet()) {
      Files.write(directory.resolve(sample.getKey() + ".avro"), written(sample.getValue()));
    }
  }

  static Stream<String> samples() {
    return SampleRecords.all().keySet().stream().sorted();
  }

  private static List<SchemaCompatibility.Incompatibility> compatibility(
      Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    List<SchemaCompatibility.Incompatibility> found = pair.getResult().getIncompatibilities();
    assertThat(pair.getType() == SchemaCompatibilityType.COMPATIBLE).isEqualTo(found.isEmpty());
    return found;
  }

  private static Schema released(String name) throws IOException {
    return new Schema.Parser().parse(DIRECTORY.resolve(name + ".avsc").toFile());
  }

  private static GenericRecord read(byte[] bytes, Schema writer, Schema reader) throws IOException {
    return new GenericDatumReader<GenericRecord>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  private static byte[] written(SpecificRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
