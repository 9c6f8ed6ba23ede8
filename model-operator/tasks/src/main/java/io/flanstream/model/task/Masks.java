package io.flanstream.model.task;

import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * What is masked of a text. Has no value itself, only where they are. Immutable.
 *
 * @param all the masks, in the order of the text, apart from each other
 */
public record Masks(List<Mask> all) {
  /** Where nothing is masked. */
  public static final Masks NONE = new Masks(List.of());

  /** Copies the masks. */
  public Masks {
    all = List.copyOf(all);
  }

  /**
   * A value that was found, before it has a placeholder; offsets are code points.
   *
   * @param start where it begins
   * @param end where it ends, exclusive
   */
  record Found(String task, String field, int start, int end, double score) {}

  /**
   * Masks what was found, wherever it stands: a value that was found once is masked at each of its
   * occurrences, in any case. Equal values of a field have one placeholder. What overlaps is one.
   */
  static Masks of(String text, List<Found> found) {
    List<Found> all = new ArrayList<>(found);
    for (Found one : found) {
      all.addAll(repeated(text, one));
    }
    List<Mask> masks = new ArrayList<>();
    Map<String, String> placeholders = new HashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (Found one : apart(all)) {
      String kind =
          TextForm.of(one.field()).toUpperCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "_");
      String key = kind + " " + plain(slice(text, one.start(), one.end()));
      String placeholder = placeholders.computeIfAbsent(key, unused -> free(text, kind, numbers));
      masks.add(
          new Mask(one.task(), one.field(), one.start(), one.end(), placeholder, one.score()));
    }
    return new Masks(masks);
  }

  private static List<Found> repeated(String text, Found one) {
    String value = slice(text, one.start(), one.end());
    List<Found> repeated = new ArrayList<>();
    Matcher matcher = MaskedValues.occurrences(value).matcher(text);
    while (matcher.find()) {
      int start = text.codePointCount(0, matcher.start());
      repeated.add(
          new Found(
              one.task(),
              one.field(),
              start,
              start + matcher.group().codePointCount(0, matcher.group().length()),
              one.score()));
    }
    return repeated;
  }

  /** In the order of the text; of those that overlap, one from the first to the last character. */
  private static List<Found> apart(List<Found> found) {
    List<Found> apart = new ArrayList<>();
    for (Found one :
        found.stream()
            .sorted(
                Comparator.comparingInt(Found::start)
                    .thenComparing(Comparator.comparingInt(Found::end).reversed()))
            .toList()) {
      Found last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
      if (last == null || one.start() >= last.end()) {
        apart.add(one);
      } else if (one.end() > last.end()) {
        apart.set(
            apart.size() - 1,
            new Found(
                last.task(),
                last.field(),
                last.start(),
                one.end(),
                Math.max(last.score(), one.score())));
      }
    }
    return apart;
  }

  /** The next placeholder that the text does not have itself. */
  private static String free(String text, String kind, Map<String, Integer> numbers) {
    String placeholder;
    do {
      placeholder = "[%s_%s]".formatted(kind, numbers.merge(kind, 1, Integer::sum));
    } while (text.contains(placeholder));
    return placeholder;
  }

  private static String plain(String value) {
    return value.toLowerCase(Locale.ROOT).replaceAll("[\\s\\p{Z}-]+", "");
  }

  /** The text with placeholders. */
  public String masked(String text) {
    StringBuilder masked = new StringBuilder();
    int from = 0;
    for (Mask mask : all) {
      masked.append(slice(text, from, mask.start())).append(mask.placeholder());
      from = mask.end();
    }
    return masked.append(slice(text, from, text.codePointCount(0, text.length()))).toString();
  }

  /**
   * The values that are masked, for whoever masks them elsewhere in the record.
   *
   * @param text the text that the masks are of
   */
  public MaskedValues values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    all.forEach(mask -> values.put(slice(text, mask.start(), mask.end()), mask.placeholder()));
    return new MaskedValues(values);
  }

  /** The placeholders of a task, as values of its fields, where they stand in the masked text. */
  Extraction placeholders(String task) {
    List<ExtractedField> fields = new ArrayList<>();
    int shift = 0;
    for (Mask mask : all) {
      int length = mask.placeholder().codePointCount(0, mask.placeholder().length());
      if (mask.task().equals(task)) {
        int start = mask.start() + shift;
        fields.add(
            new ExtractedField(
                mask.field(), mask.placeholder(), start, start + length, mask.score(), null, null));
      }
      shift += length - (mask.end() - mask.start());
    }
    return new Extraction(task, fields, List.of());
  }

  private static String slice(String text, int start, int end) {
    int first = text.offsetByCodePoints(0, start);
    return text.substring(first, text.offsetByCodePoints(first, end - start));
  }
}
