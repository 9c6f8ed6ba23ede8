package io.flanstream.model.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a checkpoint's tokenizer does to a text before it cuts it into pieces, with the way back to
 * the original text.
 *
 * <p>Understands the steps that {@code tokenizer.json} files of the T5 family use: {@code
 * Precompiled}, {@code NFC}, {@code NFD}, {@code NFKC}, {@code NFKD}, {@code Lowercase}, {@code
 * Strip}, {@code Replace}, {@code Prepend} and {@code Sequence}. Immutable and thread-safe.
 */
public final class TextNormalizer {
  private static final TextNormalizer VERBATIM = new TextNormalizer(List.of(), false, false);

  /** What names a class of characters in a regular expression. */
  private static final Pattern CLASS = Pattern.compile("[\\\\\\[.]");

  private final List<NormalizerStep> steps;
  private final boolean marksWords;
  private final boolean unicodeTables;

  private TextNormalizer(List<NormalizerStep> steps, boolean marksWords, boolean unicodeTables) {
    this.steps = List.copyOf(steps);
    this.marksWords = marksWords;
    this.unicodeTables = unicodeTables;
  }

  /** Leaves a text as it is, white space included, as a tokenizer of bytes does. */
  public static TextNormalizer verbatim() {
    return VERBATIM;
  }

  /** Whether white space becomes a U+2581 before each word; else it stays. */
  boolean marksWords() {
    return marksWords;
  }

  /**
   * Whether it forms, changes or classes characters by Unicode's tables, of which each library has
   * those of its own version; else the tokenizer's own table says it all.
   */
  public boolean usesUnicodeTables() {
    return unicodeTables;
  }

  /**
   * Reads the {@code normalizer} of a {@code tokenizer.json}.
   *
   * @param normalizer the JSON value; nothing is done to a text where it is null
   * @return the normaliser
   * @throws IllegalArgumentException if it names a type that is not known here, or lacks what its
   *     type needs
   */
  public static TextNormalizer parse(JsonNode normalizer) {
    List<NormalizerStep> steps = new ArrayList<>();
    if (normalizer != null && !normalizer.isNull() && !normalizer.isMissingNode()) {
      addSteps(normalizer, steps);
    }
    return new TextNormalizer(steps, true, normalizer != null && usesUnicodeTables(normalizer));
  }

  private static boolean usesUnicodeTables(JsonNode normalizer) {
    return switch (normalizer.path("type").asText()) {
      case "Sequence" -> {
        boolean any = false;
        for (JsonNode step : normalizer.path("normalizers")) {
          any |= usesUnicodeTables(step);
        }
        yield any;
      }
      case "NFC", "NFD", "NFKC", "NFKD", "Lowercase" -> true;
      case "Replace" -> CLASS.matcher(normalizer.path("pattern").path("Regex").asText()).find();
      default -> false;
    };
  }

  /**
   * Normalises a text. Words are still apart by white space: it is not yet U+2581.
   *
   * @param text any text
   * @return its normalised form
   */
  public NormalizedText normalize(String text) {
    NormalizedText normalized = NormalizedText.of(text);
    for (NormalizerStep step : steps) {
      normalized = step.apply(normalized);
    }
    return normalized;
  }

  private static void addSteps(JsonNode json, List<NormalizerStep> steps) {
    String type = json.path("type").asText();
    switch (type) {
      case "Sequence" -> member(json, "normalizers").forEach(step -> addSteps(step, steps));
      case "Precompiled" ->
          steps.add(PrecompiledCharsmap.parse(member(json, "precompiled_charsmap").asText()));
      case "NFC", "NFD", "NFKC", "NFKD" ->
          steps.add(new UnicodeForm(Normalizer.Form.valueOf(type)));
      case "Lowercase" -> steps.add(CharacterSteps.lowercase());
      case "Strip" ->
          steps.add(
              CharacterSteps.strip(
                  member(json, "strip_left").asBoolean(), member(json, "strip_right").asBoolean()));
      case "Replace" ->
          steps.add(
              CharacterSteps.replace(
                  pattern(member(json, "pattern")), member(json, "content").asText()));
      case "Prepend" -> steps.add(CharacterSteps.prepend(member(json, "prepend").asText()));
      default ->
          throw new IllegalArgumentException(
              "Cannot read tokenizer: the normalizer's type must be one of Precompiled, NFC, NFD, NFKC, NFKD, Lowercase, Strip, Replace, Prepend, Sequence, got %s"
                  .formatted(json.get("type")));
    }
  }

  private static Pattern pattern(JsonNode pattern) {
    if (pattern.has("String")) {
      return Pattern.compile(pattern.get("String").asText(), Pattern.LITERAL);
    }
    try {
      return Pattern.compile(
          member(pattern, "Regex").asText(), Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Cannot read tokenizer: the normalizer's Regex must be a regular expression, got %s"
              .formatted(pattern.get("Regex")),
          e);
    }
  }

  private static JsonNode member(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException(
          "Cannot read tokenizer: the normalizer must have %s, got %s".formatted(name, json));
    }
    return value;
  }
}
