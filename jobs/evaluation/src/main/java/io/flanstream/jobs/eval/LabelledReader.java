package io.flanstream.jobs.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.ingest.JsonProblem;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.schemas.TextEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Reads texts with the right answers, a JSON object each: {@code {"id", "text", "gold": {task:
 * answer}}}. Where the pipeline reads other objects they are those, with {@code gold} beside; where
 * it reads no JSON, {@code {"value", "gold"}} with a record's value as text.
 */
final class LabelledReader {
  private static final String TOPIC = "labelled";
  private static final int SHOWN = 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final SourceLines lines;
  private final EventReader events;
  private final BiFunction<JsonNode, String, Gold> gold;
  private final Map<String, String> placeOf = new HashMap<>();
  private final List<LabelledText> texts = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private LabelledReader(
      Pipeline pipeline, LineForm form, BiFunction<JsonNode, String, Gold> gold) {
    this.lines = SourceLines.of(pipeline, form);
    this.events = new EventReader(lines.values().form(RegistryConnection.of(pipeline)));
    this.gold = gold;
  }

  /** Of texts that all have the right answers to tasks. */
  static LabelledReader of(Pipeline pipeline, LineForm form, OffsetUnit unit) {
    GoldReader gold = new GoldReader(pipeline.tasks(), unit);
    return new LabelledReader(pipeline, form, (json, text) -> gold.read(json.path("gold"), text));
  }

  /** Of texts that may lack the right answers. */
  static LabelledReader ofSample(Pipeline pipeline, LineForm form, OffsetUnit unit) {
    GoldReader gold = new GoldReader(pipeline.tasks(), unit);
    return new LabelledReader(
        pipeline,
        form,
        (json, text) ->
            json.hasNonNull("gold")
                ? gold.read(json.get("gold"), text)
                : new Gold(Map.of(), Map.of(), Map.of()));
  }

  /**
   * Reads a text.
   *
   * @param place where it is
   * @param json the object
   */
  void read(String place, String json) {
    try {
      LabelledText text = text(place, json);
      String before = placeOf.putIfAbsent(text.id(), place);
      check(before == null, "id %s is that of %s too".formatted(text.id(), before));
      texts.add(text);
    } catch (CommandException e) {
      refuse(place, e.getMessage());
    }
  }

  /** Refuses what is at a place. */
  void refuse(String place, String fault) {
    faults.add(place + ": " + fault);
  }

  /**
   * Everything that was read.
   *
   * @param from path of the file or name of the topic
   * @param name what it is called in reports
   * @throws CommandException if texts are wrong, with the place of each and what is wrong
   */
  LabelledTexts texts(Object from, String name) {
    if (!faults.isEmpty()) {
      throw new CommandException(message(from));
    }
    if (texts.isEmpty()) {
      throw new CommandException(
          "Cannot use %s: it must have a line with a text, got none".formatted(from));
    }
    return new LabelledTexts(name, texts, lines);
  }

  private LabelledText text(String place, String json) {
    JsonNode tree = tree(json);
    return lines.values().isPlainJson() && lines.areJson()
        ? plain(place, json, tree)
        : ofSource(place, json, tree);
  }

  /** A record as the pipeline reads it. */
  private LabelledText ofSource(String place, String json, JsonNode tree) {
    String line = lines.areJson() ? json : tree.path("value").textValue();
    check(line != null, "value must be a string, got " + GoldReader.shown(tree.path("value")));
    try {
      TextEvent event = events.read(record(texts.size(), lines.value(line)));
      check(event != null, "it must have a text, got a tombstone");
      return new LabelledText(
          place, event.getId(), event.getText(), line, gold.apply(tree, event.getText()));
    } catch (RejectedRecordException e) {
      throw new CommandException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new CommandException("value must be Base64: " + e.getMessage(), e);
    }
  }

  /** The record that a line stands for; its offset is its place among the texts. */
  static KafkaRecord record(int index, byte[] value) {
    return new KafkaRecord(TOPIC, 0, index, 0, null, value, List.of());
  }

  private LabelledText plain(String place, String json, JsonNode tree) {
    JsonNode text = tree.path("text");
    check(
        text.isTextual() && !text.textValue().isBlank(),
        "text must be a string with more than white space, got " + GoldReader.shown(text));
    JsonNode id = tree.path("id");
    check(
        (id.isTextual() && !id.textValue().isEmpty()) || id.isIntegralNumber(),
        "id must be a string that is not empty or a whole number, got " + GoldReader.shown(id));
    return new LabelledText(
        place, id.asText(), text.textValue(), json, gold.apply(tree, text.textValue()));
  }

  private static JsonNode tree(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      check(tree.isObject(), "it must be a JSON object, got " + GoldReader.shown(tree));
      return tree;
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "it must be a JSON object; column %s: %s"
              .formatted(e.getLocation().getColumnNr(), JsonProblem.text(e)),
          e);
    }
  }

  private static void check(boolean holds, String fault) {
    if (!holds) {
      throw new CommandException(fault);
    }
  }

  private String message(Object from) {
    StringBuilder message =
        new StringBuilder(
            "Cannot use %s: %s %s"
                .formatted(from, faults.size(), faults.size() == 1 ? "fault" : "faults"));
    faults.stream().limit(SHOWN).forEach(fault -> message.append("\n  ").append(fault));
    if (faults.size() > SHOWN) {
      message.append("\n  … and %s more".formatted(faults.size() - SHOWN));
    }
    return message.toString();
  }
}
