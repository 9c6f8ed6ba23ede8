package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JSON Schema of the pipeline file, asked by a validator, and the reader find the same. */
class SchemaAgreementTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(PipelineSchema.text());
  private static final String FILE =
      """
      {"name": "parcel", "kafka": {"bootstrap-servers": "localhost:9092"},
       "source": {"topic": "messages"}, "model": {"path": "models/mini"},
       "tasks": [{"name": "intent", "type": "classification", "labels": ["change_pin", "card"]}],
       "sink": {"topic": "enriched"}, "dead-letters": {"topic": "dead-letters"}}
      """;
  private static final List<String> VALUES =
      List.of(
          "\"\"",
          "\"x\"",
          "\"7\"",
          "7",
          "\"010\"",
          "-3",
          "1.5",
          "\"1.5\"",
          "true",
          "\"true\"",
          "\"yes\"",
          "\"2s\"",
          "\"2 fortnights\"",
          "\"1mb\"",
          "\"1 ton\"",
          "0",
          "\"0\"",
          "[]",
          "[\"a\", \"b\"]",
          "[[\"a\"]]",
          "{}",
          "{\"a\": \"b\"}",
          "{\"a\": [\"b\"]}");

  /** Rules of how a value is written; what it may be besides is only the reader's to say. */
  private static final Set<String> FORMS =
      Set.of(
          "must be a list of texts",
          "must be a list of keys with a value each",
          "must be keys with a value each",
          "must be a text");

  @Test
  void theDemosFileIsValid() throws IOException, InvalidYamlException {
    assertThat(SCHEMA.validate(MAPPER.readTree(FILE))).isEmpty();
    String yaml =
        Files.readString(
            Path.of(System.getProperty("flanstream.root"), "deploy/demo/pipeline.yaml"));
    assertThat(SCHEMA.validate(YamlReader.read(yaml))).isEmpty();
  }

  @Test
  void everyOptionTakesTheSameValues() throws IOException {
    List<String> differences = new ArrayList<>();
    for (OptionCatalog.Entry entry : OptionCatalog.all()) {
      for (String value : VALUES) {
        boolean reader = isMalformed(entry, with(entry.option().key(), value));
        boolean schema = isInvalid(entry, with(entry.option().key(), value));
        if (reader != schema) {
          differences.add(
              "%s: %s is %s to the schema"
                  .formatted(entry.option().key(), value, schema ? "wrong" : "right"));
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static ObjectNode with(String key, String value) throws IOException {
    ObjectNode file = (ObjectNode) MAPPER.readTree(FILE);
    ObjectNode at = file;
    String[] names = key.split("\\.");
    for (int i = 0; i < names.length - 1; i++) {
      at = at.withObjectProperty(names[i]);
    }
    at.set(names[names.length - 1], MAPPER.readTree(value));
    return file;
  }

  private static boolean isMalformed(OptionCatalog.Entry entry, JsonNode file) {
    try {
      PipelineFile.parse(file.toString(), "test.yaml", Path.of("/pipelines"));
      return false;
    } catch (InvalidPipelineException e) {
      return at(entry, e.faults().stream())
          .anyMatch(
              fault ->
                  FORMS.contains(fault.rule())
                      || (entry.shape() == OptionCatalog.Shape.SCALAR
                          && fault.rule().equals(entry.form().rule())));
    }
  }

  private static Stream<Violation> at(OptionCatalog.Entry entry, Stream<Violation> faults) {
    return faults.filter(fault -> fault.path().startsWith(entry.option().key()));
  }

  private static boolean isInvalid(OptionCatalog.Entry entry, JsonNode file) {
    String at = "/" + entry.option().key().replace('.', '/');
    return SCHEMA.validate(file).stream()
        .map(found -> pointer(found.getInstanceLocation().toString()))
        .anyMatch(found -> found.equals(at) || found.startsWith(at + "/"));
  }

  /** A location of the validator, $.a.b[0] or with quoted names, as a pointer. */
  private static String pointer(String location) {
    return location
        .replaceFirst("^\\$", "")
        .replaceAll("\\['([^']*)'\\]", "/$1")
        .replaceAll("\\[(\\d+)\\]", "/$1")
        .replace('.', '/');
  }
}
