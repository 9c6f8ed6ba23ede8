package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flanstream.jobs.route.Route;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.ResultShape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes and routes of the enriched events in a pipeline file. */
class SinkOutputsTest {
  @ParameterizedTest
  @CsvSource({
    "json, json",
    "json-confluent, json",
    "text, json",
    "avro, avro",
    "avro-confluent, avro-confluent",
    "protobuf-confluent, avro-confluent"
  })
  void mergedRecordsAreWrittenAsTheyWereRead(String source, String sink) {
    SinkSettings settings = parse(merged(source, "shape: merged")).sink();

    assertThat(settings.shape()).isEqualTo(ResultShape.MERGED);
    assertThat(settings.format()).hasToString(sink);
    assertThat(settings.answersField()).isEqualTo("answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json|shape: merged, format: avro|sink.format: must be json where sink.shape is merged and source.format is json, got avro",
        "avro-confluent|shape: merged, format: avro|sink.format: must be avro-confluent or json where sink.shape is merged and source.format is avro-confluent, got avro",
        "json|shape: merged, answers-field: my-answers|sink.answers-field: must be letters, digits and underscores, no digit first, got \"my-answers\"",
        "text|shape: merged, answers-field: text|sink.answers-field: must differ from text, which is where a merged record has its text, got \"text\"",
        "json|shape: merged, answers-field: id|sink.answers-field: must not be id, event_time or record_time, which SQL has for the event, got \"id\"",
        "json|shape: wide|sink.shape: must be one of results, merged, flat, got \"wide\""
      })
  void refusesShapesThatCannotBeWritten(String source, String sink, String fault) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(merged(source, sink)))
        .withMessageContaining(fault);
  }

  @Test
  void recordsOfSeveralTopicsHaveASubjectForEachType() {
    String several =
        "source: { topics: [a, b], format: avro-confluent, topic-formats: { b: protobuf-confluent }";
    String yaml =
        merged("json", "shape: merged").replace("source: { format: json, topic: messages", several);

    assertThat(parse(yaml).sink().format()).isEqualTo(RecordFormat.AVRO_CONFLUENT);
    assertThat(parse(yaml).sink().subjects()).isEqualTo(SubjectStrategy.TOPIC_RECORD_NAME);
    assertThat(
            parse(yaml.replace("shape: merged", "shape: merged, subject-strategy: topic-name"))
                .sink()
                .subjects())
        .isEqualTo(SubjectStrategy.TOPIC_NAME);
    assertThat(parse(yaml.replace("avro-confluent", "json")).sink().format())
        .isEqualTo(RecordFormat.JSON);
    assertThat(parse(merged("avro-confluent", "shape: merged")).sink().subjects())
        .isEqualTo(SubjectStrategy.TOPIC_NAME);
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(yaml.replace("shape: merged", "shape: merged, format: avro")))
        .withMessageContaining(
            "sink.format: must be avro-confluent or json where sink.shape is merged and the topics are avro-confluent and protobuf-confluent, got avro");
  }

  @Test
  void mergedRecordsAreMaskedWhereTheTextIsOneField() {
    String yaml =
        merged("json", "shape: merged")
            .replace("tasks:", "tasks:\n  - { name: private, type: masking, fields: [name] }");

    assertThat(parse(yaml).sink().shape()).isEqualTo(ResultShape.MERGED);
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () -> parse(yaml.replace("format: json,", "text-template: \"{a} {b}\", format: json,")))
        .withMessageContaining(
            "sink.shape: must be results or flat where a task masks and source.text-template is set: a value may go over the border of two fields, got");
  }

  @Test
  void readsRoutes() {
    SinkSettings sink =
        parse(
                routes(
                    "{ when: \"intent = 'yes please'\", topic: urgent }, { when: intent_score < 0.5, topic: enriched }"))
            .sink();

    assertThat(sink.routes())
        .containsExactly(
            new Route("intent = 'yes please'", "urgent"),
            new Route("intent_score < 0.5", "enriched"));
    assertThat(sink.topics()).containsExactly("enriched", "urgent");
  }

  @Test
  void saysWhatIsWrongWithRoutes() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () ->
                parse(
                    routes(
                        """
                        { when: "intent_scor > 0.5", topic: a }, { when: "intent", topic: "a b" },
                        { if: "TRUE", topic: messages }, { when: "TRUE", topic: messages },
                        { when: "intent = ", topic: dead-letters }, urgent""")))
        .withMessage(
            """
            Cannot use test.yaml: 10 faults
              sink.routes[5]: must be keys with a value each, got "urgent"
              sink.routes[1].topic: must be a topic name: up to 249 letters, digits, dots, dashes and underscores, got "a b"
              sink.routes[2].if: is unknown; known here are when, topic
              sink.routes[2].when: must be set
              sink.routes[0].when: must name columns of the answers, and intent_scor is none; did you mean intent_score? (line 1, column 1), got "intent_scor > 0.5"
              sink.routes[1].when: must be true or false for an event, which STRING is not, got "intent"
              sink.routes[2].topic: must differ from source.topic and dead-letters.topic, got "messages"
              sink.routes[3].topic: must differ from source.topic and dead-letters.topic, got "messages"
              sink.routes[4].when: must be a Flink SQL condition: Encountered "= <EOF>" (line 1, column 8), got "intent = "
              sink.routes[4].topic: must differ from source.topic and dead-letters.topic, got "dead-letters"\
            """);
  }

  private static String routes(String routes) {
    return TestingPipelineFile.LEAST.replace(
        "sink: { topic", "sink: { routes: [%s], topic".formatted(routes));
  }

  private static String merged(String source, String sink) {
    return TestingPipelineFile.LEAST
        .replace("source: { topic: ", "source: { format: %s, topic: ".formatted(source))
        .replace(
            "sink: { ", "registry: { url: http://localhost:8080 }\nsink: { %s, ".formatted(sink));
  }

  private static Pipeline parse(String yaml) {
    return PipelineFile.parse(yaml, "test.yaml", Path.of("/pipelines"));
  }
}
