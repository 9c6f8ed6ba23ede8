package io.flanstream.jobs.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.operators.record.KafkaRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the records of a topic look like, as far as some of them show it.
 *
 * @param format their format, as a pipeline file names it
 * @param text where the text is: the longest text that most records have; empty where the value is
 *     the text, or it cannot be told
 * @param id where an id is: a value that no two records share, whose name ends in id
 * @param eventTime where a time is
 * @param attributes short texts that repeat
 */
record TopicShape(
    String format,
    Optional<String> text,
    Optional<String> id,
    Optional<String> eventTime,
    List<String> attributes) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ATTRIBUTES = 5;
  private static final int SHORT = 40;
  private static final byte FRAME = 0;
  private static final int FRAME_HEAD = 5;

  /**
   * Looks at records.
   *
   * @param records values of a topic, at least one
   * @throws CommandException if they are of no format that can be told
   */
  static TopicShape of(List<KafkaRecord> records) {
    List<byte[]> values =
        records.stream().map(KafkaRecord::value).filter(value -> value != null).toList();
    List<JsonNode> objects = values.stream().flatMap(value -> object(value).stream()).toList();
    if (!objects.isEmpty() && objects.size() * 2 > values.size()) {
      return ofJson(objects);
    }
    if (values.stream().filter(TopicShape::isFramed).count() * 2 > values.size()) {
      return plain("avro-confluent");
    }
    if (values.stream().filter(TopicShape::isText).count() * 2 > values.size()) {
      return plain("text");
    }
    throw new CommandException(
        "Cannot tell what the topic has: most values must be JSON objects, texts or have a"
            + " registry's frame; write source.format and source.text by hand");
  }

  private static TopicShape plain(String format) {
    return new TopicShape(format, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
  }

  private static TopicShape ofJson(List<JsonNode> objects) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    objects.forEach(object -> collect(object, JsonPointer.empty(), texts));
    texts.values().removeIf(found -> found.size() * 2 <= objects.size());
    Optional<String> id =
        texts.entrySet().stream()
            .filter(entry -> entry.getKey().matches("(?i).*(\\bid|[a-z_]id|uuid|key)"))
            .filter(entry -> new HashSet<>(entry.getValue()).size() == objects.size())
            .map(Map.Entry::getKey)
            .findFirst();
    Optional<String> time =
        texts.entrySet().stream()
            .filter(entry -> entry.getValue().stream().allMatch(TopicShape::isTime))
            .map(Map.Entry::getKey)
            .findFirst();
    id.ifPresent(texts::remove);
    time.ifPresent(texts::remove);
    Optional<String> text =
        texts.entrySet().stream()
            .max(Comparator.comparingDouble(entry -> length(entry.getValue())))
            .map(Map.Entry::getKey);
    text.ifPresent(texts::remove);
    List<String> attributes =
        texts.entrySet().stream()
            .filter(entry -> length(entry.getValue()) < SHORT)
            .filter(entry -> new HashSet<>(entry.getValue()).size() * 2 <= entry.getValue().size())
            .map(Map.Entry::getKey)
            .limit(MOST_ATTRIBUTES)
            .toList();
    return new TopicShape("json", text, id, time, attributes);
  }

  private static void collect(JsonNode node, JsonPointer at, Map<String, List<String>> texts) {
    node.properties()
        .forEach(
            member -> {
              JsonPointer path = at.append(JsonPointer.empty().appendProperty(member.getKey()));
              if (member.getValue().isObject()) {
                collect(member.getValue(), path, texts);
              } else if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                texts
                    .computeIfAbsent(path.toString(), unused -> new ArrayList<>())
                    .add(member.getValue().asText());
              }
            });
  }

  private static double length(List<String> texts) {
    return texts.stream().mapToInt(String::length).average().orElse(0);
  }

  private static boolean isTime(String text) {
    try {
      return OffsetDateTime.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Optional<JsonNode> object(byte[] value) {
    try {
      return Optional.ofNullable(JSON.readTree(value)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isFramed(byte[] value) {
    return value.length > FRAME_HEAD && value[0] == FRAME;
  }

  private static boolean isText(byte[] value) {
    try {
      return !StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).isEmpty();
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
