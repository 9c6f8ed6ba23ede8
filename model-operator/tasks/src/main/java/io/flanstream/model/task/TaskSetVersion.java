package io.flanstream.model.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Sampling;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The version of a task set: a hash of its canonical JSON. */
final class TaskSetVersion {
  private static final int DIGITS = 12;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TaskSetVersion() {}

  static String of(List<TaskDefinition> tasks) {
    return Sha256.hex(canonicalJson(tasks).getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }

  /** JSON with sorted keys, without white space and without members that are null. */
  static String canonicalJson(List<TaskDefinition> tasks) {
    try {
      return MAPPER.writeValueAsString(tasks.stream().map(TaskSetVersion::members).toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot hash tasks: they must be JSON", e);
    }
  }

  private static SortedMap<String, Object> members(TaskDefinition definition) {
    SortedMap<String, Object> members = new TreeMap<>();
    members.put("name", definition.name());
    putGiven(members, "template", definition.template());
    if (!definition.when().isEmpty()) {
      members.put("when", definition.when().stream().map(TaskSetVersion::condition).toList());
    }
    if (definition instanceof ClassificationTask task) {
      members.put("type", "classification");
      members.put("question", task.question());
      members.put("labels", task.labels().stream().map(TaskSetVersion::label).toList());
      members.put("multi-label", ConstantNames.of(task.multiLabel()));
      members.put("threshold", task.threshold());
      members.put("options", ConstantNames.of(task.options()));
      members.put("alternatives", task.alternatives());
      putScoring(members, task.scoring());
      putExamples(
          members,
          task.examples().stream()
              .map(example -> example(example.text(), "labels", example.labels()))
              .toList());
    } else if (definition instanceof ExtractionTask task) {
      members.put("type", "extraction");
      members.put(
          "fields",
          task.fields().stream()
              .map(
                  field -> {
                    SortedMap<String, Object> named =
                        named(field.name(), field.text(), field.description());
                    named.put("type", ConstantNames.of(field.type()));
                    if (field.type().isLocalized()) {
                      named.put("locale", field.locale().toLanguageTag());
                    }
                    if (!field.choices().isEmpty()) {
                      named.put("choices", field.choices());
                    }
                    if (field.values() == Field.Values.MANY) {
                      named.put("values", ConstantNames.of(field.values()));
                    }
                    return named;
                  })
              .toList());
      members.put("fields-at-once", task.fieldsAtOnce());
      members.put("threshold", task.threshold());
      putExamples(
          members,
          task.examples().stream()
              .map(example -> example(example.text(), "fields", new TreeMap<>(example.values())))
              .toList());
    } else if (definition instanceof MaskingTask task) {
      members.putAll(members(task.finding()));
      members.put("type", "masking");
      members.put("forms", task.forms().stream().map(ConstantNames::of).toList());
    } else if (definition instanceof GenerationTask task) {
      members.putAll(generation(task));
    }
    return members;
  }

  private static SortedMap<String, Object> generation(GenerationTask task) {
    SortedMap<String, Object> members = new TreeMap<>();
    Decoding decoding = task.decoding();
    members.put("type", "generation");
    putGiven(members, "answer-after", task.answerAfter());
    members.put("max-new-tokens", decoding.maxNewTokens());
    members.put("min-new-tokens", decoding.minNewTokens());
    members.put("stop-strings", decoding.stopStrings());
    members.put("repetition-penalty", decoding.repetitionPenalty());
    members.put("no-repeat-ngram-size", decoding.noRepeatNgramSize());
    if (decoding.strategy() instanceof Sampling sampling) {
      members.put("temperature", sampling.temperature());
      members.put("top-k", sampling.topK());
      members.put("top-p", sampling.topP());
      members.put("seed", sampling.seed());
    } else if (decoding.strategy() instanceof Beams beams) {
      members.put("num-beams", beams.count());
      members.put("length-penalty", beams.lengthPenalty());
      members.put("early-stopping", ConstantNames.of(beams.earlyStopping()));
    }
    return members;
  }

  private static SortedMap<String, Object> condition(Condition condition) {
    if (condition instanceof Condition.LabelIs label) {
      return new TreeMap<>(Map.of("task", label.task(), "labels", label.labels()));
    }
    if (condition instanceof Condition.AttributeIs attribute) {
      return new TreeMap<>(Map.of("attribute", attribute.attribute(), "in", attribute.values()));
    }
    return new TreeMap<>(Map.of("topics", ((Condition.TopicIs) condition).topics()));
  }

  /** Without examples a task's version is what it was before there were any. */
  private static void putExamples(
      SortedMap<String, Object> members, List<SortedMap<String, Object>> examples) {
    if (!examples.isEmpty()) {
      members.put("examples", examples);
    }
  }

  private static SortedMap<String, Object> example(String text, String key, Object answer) {
    return new TreeMap<>(Map.of("text", text, key, answer));
  }

  private static void putScoring(SortedMap<String, Object> members, Scoring scoring) {
    if (scoring.normalization() != Scoring.USUAL.normalization()) {
      members.put("normalization", ConstantNames.of(scoring.normalization()));
    }
    if (scoring.scores() != Scoring.USUAL.scores()) {
      members.put("scores", ConstantNames.of(scoring.scores()));
    }
    if (scoring.maxUnknown() != Scoring.ANY_UNKNOWN) {
      members.put("max-unknown-share", scoring.maxUnknown());
    }
    if (scoring.calibration() != null) {
      members.put("scale", scoring.calibration().scale());
      members.put("offsets", new TreeMap<>(scoring.calibration().offsets()));
    }
  }

  /** Without a threshold of its own a label is what it was before it could have one. */
  private static SortedMap<String, Object> label(Label label) {
    SortedMap<String, Object> members = named(label.name(), label.text(), label.description());
    if (label.threshold() != null) {
      members.put("threshold", label.threshold());
    }
    return members;
  }

  private static SortedMap<String, Object> named(String name, String text, String description) {
    SortedMap<String, Object> members = new TreeMap<>(Map.of("name", name, "text", text));
    putGiven(members, "description", description);
    return members;
  }

  private static void putGiven(SortedMap<String, Object> members, String key, String value) {
    if (value != null) {
      members.put(key, value);
    }
  }
}
