package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema says of a file what the reader says of it. */
class PipelineSchemaTest {
  @Test
  void theFileIsWhatTheOptionsSay() throws IOException {
    TestingGeneratedFile.check(
        "jobs/pipeline.schema.json", PipelineSchema.text(), PipelineSchemaTest.class);
  }

  @Test
  void hasEveryOptionWithItsDescription() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(PipelineSchema.text());
    assertThat(OptionCatalog.all())
        .allSatisfy(
            entry -> {
              JsonNode at = schema;
              for (String name : entry.option().key().split("\\.")) {
                at = at.path("properties").path(name);
              }
              assertThat(at.path("description").asText()).isNotBlank();
            });
  }

  /** What is required says so, and the reader asks for it. */
  @Test
  void requiresWhatTheReaderRequires() {
    InvalidPipelineException thrown =
        catchThrowableOfType(InvalidPipelineException.class, () -> parse("name: "));
    List<String> required =
        Stream.concat(
                OptionCatalog.all().stream()
                    .filter(OptionCatalog.Entry::isRequired)
                    .map(entry -> entry.option().key()),
                Stream.of(SourceOptions.TOPIC.key(), PipelineFile.TASKS))
            .toList();

    assertThat(thrown.faults())
        .extracting(Violation::path)
        .containsExactlyInAnyOrderElementsOf(required);
    assertThat(thrown.faults()).extracting(Violation::rule).containsOnly("must be set");
  }

  /** The reader lists the members that it knows where there is one that it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ qqqqqq: 1, name: a, type: classification, labels: [a, b] } | /oneOf/0/properties",
        "{ name: a, type: classification, labels: [a, b, {name: c, qqqqqq: 1}] } | /oneOf/0/properties/labels/items/anyOf/1/properties",
        "{ name: a, type: classification, labels: [a, b], examples: [{qqqqqq: 1, text: x, label: a}] } | /oneOf/0/properties/examples/items/properties",
        "{ qqqqqq: 1, name: a, type: extraction, fields: [a] } | /oneOf/1/properties",
        "{ name: a, type: extraction, fields: [{name: a, qqqqqq: 1}] } | /oneOf/1/properties/fields/items/anyOf/1/properties",
        "{ name: a, type: extraction, fields: [a], examples: [{qqqqqq: 1, text: x}] } | /oneOf/1/properties/examples/items/properties",
      })
  void knowsTheMembersOfTasksThatTheReaderKnows(String task, String pointer) throws IOException {
    InvalidPipelineException thrown =
        catchThrowableOfType(
            InvalidPipelineException.class, () -> parse("tasks: [ " + task + " ]"));
    JsonNode properties =
        new ObjectMapper().readTree(PipelineSchema.text()).at("/properties/tasks/items" + pointer);

    List<String> names =
        StreamSupport.stream(((Iterable<String>) properties::fieldNames).spliterator(), false)
            .sorted()
            .toList();
    assertThat(thrown.faults())
        .filteredOn(fault -> fault.path().endsWith("qqqqqq"))
        .extracting(Violation::rule)
        .containsExactly("must be one of " + String.join(", ", names));
  }

  private static Pipeline parse(String yaml) {
    return PipelineFile.parse(yaml, "test.yaml", Path.of("/pipelines"));
  }
}
