package io.flanstream.jobs.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.task.TaskSet;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Texts with the right answers, a JSON object a line: {@code {"id", "text", "gold": {task:
 * answer}}}.
 *
 * @param path where it is
 * @param texts its texts
 */
public record LabelledFile(Path path, List<LabelledText> texts) {
  private static final int SHOWN = 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * Reads a file.
   *
   * @param path the file
   * @param tasks the tasks that its answers are for
   * @throws CommandException if lines are wrong, with the number of each and what is wrong
   */
  public static LabelledFile read(Path path, TaskSet tasks) throws IOException {
    GoldReader gold = new GoldReader(tasks);
    return read(path, line -> gold.read(line.path("gold"), line.path("text").textValue()));
  }

  /**
   * Reads a file whose texts may lack the right answers.
   *
   * @param path the file
   * @param tasks the tasks that its answers are for
   * @throws CommandException if lines are wrong, with the number of each and what is wrong
   */
  public static LabelledFile readSample(Path path, TaskSet tasks) throws IOException {
    GoldReader gold = new GoldReader(tasks);
    return read(
        path,
        line ->
            line.hasNonNull("gold")
                ? gold.read(line.get("gold"), line.path("text").textValue())
                : new Gold(Map.of(), Map.of()));
  }

  private static LabelledFile read(Path path, Function<JsonNode, Gold> gold) throws IOException {
    Map<String, Integer> lineOf = new HashMap<>();
    List<LabelledText> texts = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    // Not readAllLines: a line may hold other characters that end lines.
    String[] lines = content(path).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isBlank()) {
        continue;
      }
      try {
        LabelledText text = text(i + 1, lines[i], gold);
        Integer before = lineOf.putIfAbsent(text.id(), text.line());
        check(before == null, "id %s is that of line %d too".formatted(text.id(), before));
        texts.add(text);
      } catch (CommandException e) {
        faults.add("line %d: %s".formatted(i + 1, e.getMessage()));
      }
    }
    if (!faults.isEmpty()) {
      throw new CommandException(message(path, faults));
    }
    if (texts.isEmpty()) {
      throw new CommandException(
          "Cannot use %s: it must have a line with a text, got none".formatted(path));
    }
    return new LabelledFile(path, List.copyOf(texts));
  }

  private static String content(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new CommandException("Cannot read labelled lines: %s is not a file".formatted(path));
    }
    try {
      return Files.readString(path);
    } catch (MalformedInputException e) {
      throw new CommandException("Cannot read labelled lines: %s must be UTF-8".formatted(path), e);
    }
  }

  private static LabelledText text(int line, String json, Function<JsonNode, Gold> gold) {
    JsonNode tree = tree(json);
    JsonNode text = tree.path("text");
    check(
        text.isTextual() && !text.textValue().isBlank(),
        "text must be a string with more than white space, got " + GoldReader.shown(text));
    JsonNode id = tree.path("id");
    check(
        (id.isTextual() && !id.textValue().isEmpty()) || id.isIntegralNumber(),
        "id must be a string that is not empty or a whole number, got " + GoldReader.shown(id));
    return new LabelledText(line, id.asText(), text.textValue(), json, gold.apply(tree));
  }

  private static JsonNode tree(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      check(tree.isObject(), "it must be a JSON object, got " + GoldReader.shown(tree));
      return tree;
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "it must be a JSON object; column %d: %s"
              .formatted(e.getLocation().getColumnNr(), e.getOriginalMessage()),
          e);
    }
  }

  private static void check(boolean holds, String fault) {
    if (!holds) {
      throw new CommandException(fault);
    }
  }

  private static String message(Path path, List<String> faults) {
    StringBuilder message =
        new StringBuilder(
            "Cannot use %s: %d %s"
                .formatted(path, faults.size(), faults.size() == 1 ? "fault" : "faults"));
    faults.stream().limit(SHOWN).forEach(fault -> message.append("\n  ").append(fault));
    if (faults.size() > SHOWN) {
      message.append("\n  … and %d more".formatted(faults.size() - SHOWN));
    }
    return message.toString();
  }
}
