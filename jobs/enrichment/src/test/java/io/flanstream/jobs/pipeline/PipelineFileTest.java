package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.cache.CacheSettings;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.registry.SubjectStrategy;
import io.flanstream.operators.serialize.RecordFormat;
import io.flanstream.operators.serialize.RecordPlacement;
import io.flanstream.operators.serialize.ResultShape;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineFileTest {
  @TempDir Path directory;

  @Test
  void fillsInTheDefaults() {
    Pipeline pipeline = parse(TestingPipelineFile.LEAST);

    assertThat(pipeline.name()).isEqualTo("least");
    assertThat(pipeline.kafka().groupId()).isEqualTo("flanstream-least");
    assertThat(pipeline.source().format()).isEqualTo(PayloadFormat.JSON);
    assertThat(pipeline.source().fields().text().name()).isEqualTo("text");
    assertThat(pipeline.source().from()).isEqualTo(new Position.Committed());
    assertThat(pipeline.source().to()).isEmpty();
    assertThat(pipeline.source().bounded().to()).contains(new Position.Latest());
    assertThat(pipeline.model().get(ModelOptions.PATH))
        .isEqualTo(directory.resolve("models/mini").toString());
    assertThat(pipeline.sink())
        .isEqualTo(
            new SinkSettings(
                "enriched",
                RecordFormat.AVRO,
                true,
                1 << 20,
                "flanstream-least",
                Duration.ofMinutes(10),
                ResultShape.RESULTS,
                "answers",
                SubjectStrategy.TOPIC_NAME,
                List.of(),
                new SinkPlacement(
                    RecordPlacement.Key.RECORD, RecordPlacement.Partition.BY_KEY, List.of())));
    assertThat(pipeline.tasks().tasks()).extracting(TaskDefinition::name).containsExactly("intent");
    assertThat(pipeline.overlong()).isEqualTo(OverlongPolicy.REJECT);
    assertThat(pipeline.deadLetters())
        .isEqualTo(new DeadLetterSettings("dead-letters", RecordFormat.AVRO, List.of()));
    assertThat(pipeline.job())
        .isEqualTo(
            new JobSettings(
                1,
                Duration.ofSeconds(2),
                Optional.empty(),
                64,
                MemorySize.ofMebiBytes(16),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                1,
                Duration.ofMinutes(10),
                1,
                0,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void readsEveryKindOfValue() throws IOException {
    Files.writeString(
        directory.resolve("message.avsc"),
        """
        {"type": "record", "name": "Message", "fields": [{"name": "body", "type": "string"}]}
        """);
    Pipeline pipeline =
        parse(
            """
            name: every-kind
            kafka:
              bootstrap-servers: "a:1,b:2"
              group-id: mine
              properties: { security.protocol: SASL_SSL, retries: 3 }
            source:
              topic: messages
              format: avro
              schema: message.avsc
              text: /body
              attributes: [channel, /sender/country]
              from: 2026-01-31T00:00:00Z
              to: "0:120,1:80"
            model: { path: /models/ul2, dtype: bfloat16, max-input-tokens: 512, batch: { max-wait: 20ms } }
            tasks: [ { name: where, type: extraction, fields: [city] } ]
            overlong: truncate
            sink: { topic: enriched, format: json, keep-text: false, max-record-size: 2mb }
            dead-letters: { topic: dead, format: json }
            job: { parallelism: 2, checkpoint-interval: 500ms, answer-timeout: 1min, dedup: { within: 1h }, result-cache: { memory: 64mb, directory: /cache }, crash-journal: { directory: /crashes }, share: { weight: 0.5, priority: -1 } }
            """);

    assertThat(pipeline.kafka().properties())
        .isEqualTo(Map.of("security.protocol", "SASL_SSL", "retries", "3"));
    assertThat(pipeline.source().schema())
        .hasValueSatisfying(schema -> assertThat(schema.getName()).isEqualTo("Message"));
    assertThat(pipeline.source().fields().attributes())
        .extracting(path -> path.name())
        .containsExactly("channel", "country");
    assertThat(pipeline.source().from())
        .isEqualTo(new Position.Time(Instant.parse("2026-01-31T00:00:00Z")));
    assertThat(pipeline.source().to()).contains(new Position.Offsets(Map.of("0", 120L, "1", 80L)));
    assertThat(pipeline.overlong()).isEqualTo(OverlongPolicy.TRUNCATE);
    ModelSettings model = ModelOptions.read(pipeline.model());
    assertThat(model.directory()).isEqualTo(Path.of("/models/ul2"));
    assertThat(model.dtype()).isEqualTo(ModelSettings.DataType.BFLOAT16);
    assertThat(model.maxInputTokens()).isEqualTo(512);
    assertThat(model.batch().maxWait()).isEqualTo(Duration.ofMillis(20));
    assertThat(pipeline.sink().maxRecordBytes()).isEqualTo(2 << 20);
    assertThat(pipeline.job().answerTimeout()).contains(Duration.ofMinutes(1));
    assertThat(pipeline.job().dedupWithin()).contains(Duration.ofHours(1));
    assertThat(pipeline.job().crashDirectory()).contains("/crashes");
    assertThat(pipeline.job().shareWeight()).isEqualTo(0.5);
    assertThat(pipeline.job().sharePriority()).isEqualTo(-1);
    assertThat(pipeline.job().cache()).contains(new CacheSettings(64 << 20, "/cache", 1 << 30));
  }

  @Test
  void saysEveryFaultAtOnce() {
    InvalidPipelineException thrown =
        catchThrowableOfType(
            InvalidPipelineException.class,
            () ->
                parse(
                    """
                    name: "no spaces"
                    colour: red
                    kafka:
                      bootstrap-servers: localhost
                      properties: { group.id: x, sasl.jaas.config: [hunter2] }
                    source: { topic: a, format: xml, txt: body, from: never, to: committed, attributes: [/] }
                    model: { device: tpu, max-input-tokens: 0, threads: -1, dtype: float64, batch: big }
                    sink: { topic: a, keep-text: maybe, max-record-size: 1kb, transaction-timeout: 1h }
                    dead-letters: a
                    tasks: [ { name: intent, type: classification, labels: [a, a] }, { name: intent, type: guess } ]
                    overlong: ignore
                    job: { parallelism: 0, max-in-flight: many, checkpoint-interval: 1ms, ordered: [], result-cache: { directory: cache }, share: { weight: 0 } }
                    """));

    assertThat(thrown)
        .hasMessage(
            """
            Cannot use test.yaml: 30 faults
              colour: is unknown; known here are name, overlong, tasks-topic, kafka, registry, source, model, sink, dead-letters, job, history, tasks
              kafka.properties.sasl.jaas.config: must be a text, got "******"
              source.format: must be one of json, json-confluent, text, csv, avro, avro-confluent, protobuf, protobuf-confluent, got "xml"
              source.txt: is unknown; did you mean source.text?
              model.dtype: must be one of auto, float32, bfloat16, int8, got "float64"
              model.batch: must be a section with keys, got "big"
              sink.keep-text: must be true or false, got "maybe"
              dead-letters: must be a section with keys, got "a"
              overlong: must be one of reject, truncate, window, got "ignore"
              job.max-in-flight: must be a whole number, got "many"
              job.ordered: must be true or false, got "a list"
              name: must be up to 100 letters, digits, dots, dashes and underscores, a letter or digit first, got "no spaces"
              kafka.bootstrap-servers: must be host:port, joined by commas, got "localhost"
              kafka.properties.group.id: must not be set: the pipeline decides it, got "x"
              source.attributes: must be a field's name, or a JSON pointer: /body/text for text in body, /body.text for a name with a dot, got "/"
              source.from: must be earliest, latest, committed, a time such as 2026-01-31T00:00:00Z, or offsets such as 0:120,1:80, got "never"
              source.to: must be latest, a time or offsets, got "committed"
              model.path: must be set
              model.threads: Cannot open model: model.threads must be at least 0, got -1
              model.max-input-tokens: Cannot open model: model.max-input-tokens must be at least 1, got 0
              model.device: Cannot open model: model.device must be cpu or cuda:N, got tpu
              tasks[0].labels[1].name: must differ from tasks[0].labels[0].name, got "a"
              tasks[1].type: must be one of classification, extraction, generation, masking, got guess
              sink.max-record-size: must be from 4 kb to 1 gb, got 1 kb
              sink.transaction-timeout: must be at most 15 min, the broker's transaction.max.timeout.ms, got 1 h
              job.checkpoint-interval: must be at least 10 ms, got 1 ms
              job.parallelism: must be at least 1, got 0
              job.share.weight: must be above 0 and finite, got 0.0
              job.result-cache.directory: must be an absolute path, got "cache"
              sink.topic: must differ from source.topic, got "a\"\
            """);
  }

  /** By ids a partition's events go to several subtasks, which keep no order among them. */
  @Test
  void refusesToKeepOrderBetweenSubtasks() {
    String dedup = "job: { ordered: true, dedup: { within: 0s }, parallelism: ";

    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(TestingPipelineFile.LEAST + dedup + "2 }"))
        .withMessage(
            """
            Cannot use test.yaml: 2 faults
              job.dedup.within: must be at least 1 ms, got 0 ms
              job.dedup.within: must not be set where job.ordered is true and job.parallelism is over 1: events go to subtasks by their ids, got 0 ms\
            """);
    assertThat(parse(TestingPipelineFile.LEAST + dedup.replace("0s", "1s") + "1 }").job().ordered())
        .isTrue();
  }

  @Test
  void refusesToMixWindowsOfWhichTheBestLabelsAloneHaveScores() {
    String searched =
        TestingPipelineFile.LEAST.replace(
            "type: classification", "type: classification, scores: best");

    assertThat(parse(searched).tasks().tasks()).hasSize(1);
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(searched + "overlong: window\n"))
        .withMessage(
            """
            Cannot use test.yaml: 1 fault
              tasks[0].scores: must be all where overlong is window, got best\
            """);
  }

  @Test
  void keepsSecretsOutOfFaultsAndLogs() {
    String secret =
        """
        properties: { sasl.jaas.config: hunter2, ssl.keystore.key: hunter2, ssl.key.password: hunter2, acks: hunter1 }
        """;
    String yaml =
        TestingPipelineFile.LEAST.replace(
            "\"localhost:9092\" }", "\"localhost:9092\", " + secret.strip() + " }");

    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(yaml))
        .withMessage(
            """
            Cannot use test.yaml: 1 fault
              kafka.properties.acks: must not be set: the pipeline decides it, got "hunter1\"\
            """);
    assertThat(parse(yaml.replace(", acks: hunter1", "")).toString())
        .contains("sasl.jaas.config=******")
        .doesNotContain("hunter");
  }

  @ParameterizedTest
  @MethodSource("brokenTexts")
  void saysWhereItIsNoYaml(String yaml, String message) {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(yaml))
        .withMessageContaining("test.yaml: " + message);
  }

  static Stream<Arguments> brokenTexts() {
    return Stream.of(
        arguments("a: 1\na: 2", "must be YAML: line 2, column 1: key a is there twice"),
        arguments("a: [", "must be YAML: line 1, column 5: expected the node content, but found"),
        arguments("- 1", "must be YAML with keys at its top"),
        arguments("", "must be YAML with keys at its top"));
  }

  @Test
  void keepsNoHistoryUnlessItIsTold() {
    assertThat(parse(TestingPipelineFile.LEAST).history()).isEmpty();
    assertThat(parse(TestingPipelineFile.LEAST + "history: { path: /var/lake }").history())
        .contains(
            new HistorySettings(
                URI.create("file:///var/lake"),
                Duration.ofMinutes(1),
                1,
                Optional.empty(),
                false,
                true,
                false));
    assertThat(
            parse(TestingPipelineFile.LEAST + "history: { path: \"s3://bucket/lake\" }").history())
        .map(HistorySettings::warehouse)
        .contains(URI.create("s3://bucket/lake"));
  }

  @Test
  void refusesAHistoryThatHasNoPlace() {
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> parse(TestingPipelineFile.LEAST + "history: { keep-text: true }"))
        .withMessageEndingWith("history.path: must be set where history.keep-text is");
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () ->
                parse(
                    TestingPipelineFile.LEAST
                        + "history: { path: lake, commit-interval: 1 ms, parallelism: 0 }"))
        .withMessageContainingAll(
            "history.path: must be a URI or an absolute path, got \"lake\"",
            "history.commit-interval: must be at least 100 ms, got 1 ms",
            "history.parallelism: must be at least 1, got 0");
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(
            () ->
                parse(
                    TestingPipelineFile.LEAST
                        + "history: { path: /lake, retention: 23 h, compaction: false }"))
        .withMessageContainingAll(
            "history.retention: must be at least 1 d, got 23 h",
            "history.compaction: must be true where history.retention is set");
  }

  @Test
  void leavesAModelOnAnotherFileSystemWhereItIs() {
    assertThat(
            parse(TestingPipelineFile.LEAST.replace("models/mini", "s3://bucket/mini"))
                .model()
                .get(ModelOptions.PATH))
        .isEqualTo("s3://bucket/mini");
  }

  @Test
  void takesAdaptersFromWhereTheFileLies() {
    assertThat(
            parse(
                    TestingPipelineFile.LEAST.replace(
                        "models/mini", "models/mini, adapter: [adapters/one, s3://bucket/two]"))
                .model()
                .get(ModelOptions.ADAPTER))
        .containsExactly(directory.resolve("adapters/one").toString(), "s3://bucket/two");
  }

  @Test
  void saysThatTheFileIsMissingOrNotText() throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> PipelineFile.read(file))
        .withMessageEndingWith("pipeline.yaml: is not there");

    Files.write(file, "name: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(InvalidPipelineException.class)
        .isThrownBy(() -> PipelineFile.read(file))
        .withMessageEndingWith("pipeline.yaml: must be UTF-8");
  }

  private Pipeline parse(String yaml) {
    return PipelineFile.parse(yaml, "test.yaml", directory);
  }
}
