package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.ModelInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The figures are those that {@code src/dev/python/eval/figures.py} makes of the same predictions,
 * which the demo's pipeline made of a part of its messages:
 *
 * <pre>python figures.py labelled.jsonl predictions.jsonl &gt; figures.json</pre>
 *
 * and which the pipeline in {@code multi-label} made of messages of the demo, two of them in a text
 * here and there.
 */
class PythonFiguresTest {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final Path FILES = ROOT.resolve("jobs/evaluation/src/test/resources/eval");
  private static final JsonMapper MAPPER = new JsonMapper();

  private static JsonNode python;
  private static JsonNode intent;
  private static JsonNode details;

  @BeforeAll
  static void evaluate() throws IOException {
    JsonNode tasks = tasks(ROOT.resolve("deploy/demo/pipeline.yaml"), FILES);
    intent = tasks.get(0);
    details = tasks.get(1);
    python = MAPPER.readTree(FILES.resolve("figures.json").toFile());
  }

  private static JsonNode tasks(Path file, Path directory) throws IOException {
    Pipeline pipeline = PipelineFile.read(file);
    LabelledTexts labelled =
        LabelledFile.read(
            directory.resolve("labelled.jsonl"), pipeline, LineForm.SOURCE, OffsetUnit.CODEPOINTS);
    Map<String, EnrichedEvent> events = new HashMap<>();
    for (String line : Files.readAllLines(directory.resolve("predictions.jsonl"))) {
      EnrichedEvent event = event(MAPPER.readTree(line));
      events.put(event.getId(), event);
    }
    List<Answer> answers =
        labelled.texts().stream()
            .map(text -> new Answer(text, events.get(text.id()), null))
            .toList();
    return MAPPER.valueToTree(Evaluation.of(pipeline, labelled, answers)).get("tasks");
  }

  private static EnrichedEvent event(JsonNode json) {
    List<Classification> classifications = new ArrayList<>();
    for (JsonNode row : json.get("classifications")) {
      List<Alternative> alternatives = new ArrayList<>();
      row.get("alternatives")
          .forEach(
              one ->
                  alternatives.add(
                      new Alternative(
                          one.get("label").asText(), one.get("score").asDouble(), null)));
      classifications.add(
          new Classification(
              row.get("task").asText(),
              row.get("label").textValue(),
              row.get("score").asDouble(),
              alternatives,
              row.get("abstained").asBoolean()));
    }
    List<Extraction> extractions = new ArrayList<>();
    for (JsonNode row : json.get("extractions")) {
      List<ExtractedField> fields = new ArrayList<>();
      row.get("fields")
          .forEach(
              field ->
                  fields.add(
                      new ExtractedField(
                          field.get("name").asText(),
                          field.get("value").asText(),
                          field.get("start").asInt(),
                          field.get("end").asInt(),
                          field.get("score").asDouble(),
                          null,
                          null)));
      extractions.add(new Extraction(row.get("task").asText(), fields, List.of()));
    }
    return new EnrichedEvent(
        json.get("id").asText(),
        Instant.EPOCH,
        null,
        Map.of(),
        null,
        classifications,
        extractions,
        List.of(),
        null,
        new ModelInfo("flan-mini", "", "float32", ""),
        null);
  }

  @Test
  void labels() {
    sameLabels(intent, python.get("intent"));
  }

  /** Some texts have two labels, some none. */
  @Test
  void severalLabels() throws IOException {
    Path directory = FILES.resolve("multi-label");
    JsonNode topics = tasks(directory.resolve("pipeline.yaml"), directory).get(0);
    JsonNode expected = MAPPER.readTree(directory.resolve("figures.json").toFile()).get("topics");
    assertThat(expected.get("accuracy").asDouble()).isBetween(0.02, 0.98);
    assertThat(topics.get("confusion").isNull()).isTrue();
    sameLabels(topics, expected);
  }

  private static void sameLabels(JsonNode found, JsonNode expected) {
    same(found.get("accuracy"), expected.get("accuracy"));
    same(found.get("labelled"), expected.get("labelled"));
    same(found.get("abstention").get("labelled"), expected.get("labelledAbstained"));
    same(found.get("abstention").get("right"), expected.get("unlabelledAbstained"));
    same(found.get("calibration").get("error"), expected.get("calibrationError"));
    sameMeasures(found.get("measures"), expected.get("measures"));
  }

  @Test
  void confusion() {
    JsonNode matrix = intent.get("confusion");
    Map<String, Integer> found = new HashMap<>();
    for (int row = 0; row < matrix.get("labels").size(); row++) {
      for (int column = 0; column < matrix.get("labels").size(); column++) {
        int texts = matrix.get("counts").get(row).get(column).asInt();
        if (texts > 0) {
          found.put("%s -> %s".formatted(name(matrix, row), name(matrix, column)), texts);
        }
      }
    }
    Map<String, Integer> expected = new HashMap<>();
    python
        .get("intent")
        .get("confusion")
        .properties()
        .forEach(entry -> expected.put(entry.getKey(), entry.getValue().asInt()));
    assertThat(expected).hasSizeGreaterThan(30);
    assertThat(found).isEqualTo(expected);
  }

  private static String name(JsonNode matrix, int index) {
    JsonNode label = matrix.get("labels").get(index);
    return label.isNull() ? "None" : label.asText();
  }

  @Test
  void spans() {
    JsonNode expected = python.get("details");
    same(details.get("right"), expected.get("exactTexts"));
    same(details.get("calibration").get("error"), expected.get("calibrationError"));
    sameMeasures(details.get("measures"), expected.get("measures"));
  }

  private static void sameMeasures(JsonNode found, JsonNode expected) {
    same(found.get("macroF1"), expected.get("macroF1"));
    same(found.get("all").get("precision"), expected.get("precision"));
    same(found.get("all").get("recall"), expected.get("recall"));
    same(found.get("all").get("f1"), expected.get("microF1"));
    assertThat(found.get("each")).hasSameSizeAs(expected.get("each"));
    for (JsonNode one : found.get("each")) {
      JsonNode its = expected.get("each").get(one.get("name").asText());
      for (String measure : List.of("support", "precision", "recall", "f1")) {
        same(one.get(measure), its.get(measure));
      }
    }
  }

  private static void same(JsonNode found, JsonNode expected) {
    assertThat(found.asDouble()).isCloseTo(expected.asDouble(), within(1e-12));
  }
}
