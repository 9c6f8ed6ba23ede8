package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a {@code tokenizer.json} cuts a text before its model does: its pre-tokenizers, in order, out
 * of any sequence.
 */
record TextCutting(List<JsonNode> steps) {
  private static final Component CUTTING =
      new Component(
          "pre_tokenizer",
          "pretokenizers",
          Set.of("Sequence", "WhitespaceSplit", "Metaspace", "Split"));
  private static final Component JOINING =
      new Component(
          "decoder",
          "decoders",
          Set.of("Sequence", "Metaspace", "Replace", "ByteFallback", "Fuse", "Strip"));
  private static final int MOST_SEQUENCES = 8;

  /**
   * Reads the pre-tokenizer, and checks the decoder, which must be its counterpart.
   *
   * @throws CheckpointException if either is of a type that is not supported, or none marks words
   */
  static TextCutting parse(Path file, JsonNode tokenizer) {
    List<JsonNode> steps = CUTTING.steps(file, tokenizer);
    var unusedCounterpart = JOINING.steps(file, tokenizer);
    if (steps.stream().noneMatch(TextCutting::marksWords)
        && !marksSpaces(tokenizer.path("normalizer"))) {
      throw refused(
          file,
          "pre_tokenizer must be or hold a Metaspace with replacement \u2581",
          tokenizer.path("pre_tokenizer"));
    }
    return new TextCutting(steps);
  }

  /**
   * A part of the tokenizer that may be a sequence of others.
   *
   * @param member its member of the tokenizer
   * @param list the member of a sequence that has its parts
   * @param supported types that it may have
   */
  private record Component(String member, String list, Set<String> supported) {

    /** What it does one after the other. */
    List<JsonNode> steps(Path file, JsonNode tokenizer) {
      JsonNode component = tokenizer.path(member);
      List<JsonNode> steps = new ArrayList<>();
      if (!component.isMissingNode() && !component.isNull()) {
        flatten(file, component, steps, 0);
      }
      return steps;
    }

    private void flatten(Path file, JsonNode component, List<JsonNode> steps, int depth) {
      String type = component.path("type").asText();
      if (!supported.contains(type) || depth > MOST_SEQUENCES) {
        throw refused(
            file,
            "the type of %s must be one of %s"
                .formatted(member, String.join(", ", supported.stream().sorted().toList())),
            component.path("type"));
      }
      if (type.equals("Sequence")) {
        for (JsonNode part : component.path(list)) {
          flatten(file, part, steps, depth + 1);
        }
      } else {
        steps.add(component);
      }
    }
  }

  private static boolean marksWords(JsonNode step) {
    return step.path("type").asText().equals("Metaspace")
        && step.path("replacement").asText("\u2581").equals("\u2581");
  }

  /** Whether a normaliser makes U+2581 of spaces, as it does where no word gets one of its own. */
  private static boolean marksSpaces(JsonNode normalizer) {
    for (JsonNode step : normalizer.path("normalizers")) {
      if (marksSpaces(step)) {
        return true;
      }
    }
    return normalizer.path("type").asText().equals("Replace")
        && normalizer.path("pattern").path("String").asText().equals(" ")
        && normalizer.path("content").asText().equals("\u2581");
  }

  /**
   * How words are cut. They are together where the first word alone gets a U+2581, or only those
   * after white space.
   */
  WordCutting words() {
    boolean spaces = false;
    for (JsonNode step : steps) {
      switch (step.path("type").asText()) {
        case "WhitespaceSplit" -> spaces = true;
        case "Metaspace" -> {
          return words(step, spaces);
        }
        default -> {
          return WordCutting.TOGETHER;
        }
      }
    }
    return WordCutting.TOGETHER;
  }

  private WordCutting words(JsonNode metaspace, boolean spaces) {
    String scheme = scheme(metaspace);
    boolean split = metaspace.path("split").asBoolean(true);
    boolean apart = spaces ? !scheme.equals("first") : split && !scheme.equals("never");
    if (!apart) {
      return WordCutting.TOGETHER;
    }
    boolean alone = steps.size() == (spaces ? 2 : 1);
    if (!alone || !split || !scheme.equals("always") || !marksWords(metaspace)) {
      return WordCutting.APART;
    }
    return spaces ? WordCutting.AT_WHITE_SPACE : WordCutting.AT_SPACES;
  }

  /** Where a Metaspace sets U+2581: of its two spellings the older says whether it does so. */
  private static String scheme(JsonNode metaspace) {
    String older = metaspace.path("add_prefix_space").asBoolean(true) ? "always" : "never";
    return metaspace.path("prepend_scheme").asText(older);
  }

  private static CheckpointException refused(Path file, String rule, JsonNode value) {
    String got = value.isMissingNode() ? "nothing" : value.toString();
    return new CheckpointException(
        "Cannot open checkpoint: in %s %s, got %s"
            .formatted(file, rule, got.length() > 200 ? got.substring(0, 200) + "\u2026" : got));
  }
}
