package io.flanstream.model.task;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Days as people write them in words: 23rd November 2026, Sept 5, 2026, le 1er nov. 2026. The month
 * is named in full, as the locale's data abbreviate it, or by its first letters, so that it does
 * not matter which version of the data a JDK has. Day, month and year may be in any order that
 * leaves no doubt; a weekday must be the day's.
 *
 * <p>Immutable and thread-safe.
 */
final class DateWords {
  private static final int FEWEST_LETTERS = 3;
  private static final int CENTURY = 2000;
  private static final int SHORT_YEAR_DIGITS = 2;

  private static final Pattern DAY =
      Pattern.compile("(\\d{1,2})(?:st|nd|rd|th|er|ère|ste|de|e|\\.?[ºª°]|\\.)?");
  private static final Pattern YEAR = Pattern.compile("['\u2019]?(\\d{4}|\\d{2})");
  private static final Set<String> FILLERS =
      Set.of("of", "the", "de", "del", "el", "le", "il", "den", "der", "on", "am");

  private final Locale locale;
  private final Map<String, Month> months;
  private final Map<String, DayOfWeek> weekdays;

  DateWords(Locale locale) {
    this.locale = locale;
    this.months = names(Month.values(), (month, style) -> month.getDisplayName(style, locale));
    this.weekdays =
        names(DayOfWeek.values(), (weekday, style) -> weekday.getDisplayName(style, locale));
  }

  private <T extends TemporalAccessor> Map<String, T> names(
      T[] values, BiFunction<T, TextStyle, String> name) {
    Map<String, T> names = new HashMap<>();
    for (T value : values) {
      for (TextStyle style :
          List.of(
              TextStyle.FULL,
              TextStyle.FULL_STANDALONE,
              TextStyle.SHORT,
              TextStyle.SHORT_STANDALONE)) {
        names.putIfAbsent(plain(name.apply(value, style)), value);
      }
    }
    // First letters, where they are of one name only.
    Map<String, T> prefixes = new HashMap<>();
    Set<String> doubtful =
        Arrays.stream(values)
            .flatMap(value -> prefixes(plain(name.apply(value, TextStyle.FULL))).stream())
            .collect(Collectors.groupingBy(prefix -> prefix, Collectors.counting()))
            .entrySet()
            .stream()
            .filter(entry -> entry.getValue() > 1)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    for (T value : values) {
      for (String prefix : prefixes(plain(name.apply(value, TextStyle.FULL)))) {
        if (!doubtful.contains(prefix)) {
          prefixes.put(prefix, value);
        }
      }
    }
    prefixes.forEach(names::putIfAbsent);
    names.keySet().removeIf(word -> word.isEmpty() || Character.isDigit(word.codePointAt(0)));
    return Map.copyOf(names);
  }

  private static List<String> prefixes(String word) {
    List<String> prefixes = new ArrayList<>();
    for (int end = FEWEST_LETTERS; end < word.length(); end++) {
      prefixes.add(word.substring(0, end));
    }
    return prefixes;
  }

  /** The day; empty where a text has another form, or the calendar no such day. */
  Optional<LocalDate> read(String text) {
    List<String> words =
        new ArrayList<>(
            Arrays.stream(text.split("[\\s\\u00a0\\u202f\\u2009,]+"))
                .map(this::lower)
                .filter(word -> !word.isEmpty() && !FILLERS.contains(word))
                .toList());
    DayOfWeek weekday = words.isEmpty() ? null : weekdays.get(plain(words.get(0)));
    if (weekday != null && words.size() > 3) {
      words.remove(0);
    }
    if (words.size() != 3) {
      return Optional.empty();
    }
    return date(words)
        .filter(day -> weekday == null || isMonth(words) || day.getDayOfWeek() == weekday);
  }

  /** Whether what looks like a weekday was the month. */
  private boolean isMonth(List<String> words) {
    return months.containsKey(plain(words.get(0))) && weekdays.containsKey(plain(words.get(0)));
  }

  private Optional<LocalDate> date(List<String> words) {
    for (int month = 0; month < words.size(); month++) {
      Month named = months.get(plain(words.get(month)));
      if (named == null) {
        continue;
      }
      if (month == 2) {
        return Optional.empty();
      }
      // Month d y, d month y, or y month d.
      String first = words.get(month == 0 ? 1 : 0);
      String last = words.get(2);
      return first.matches("\\d{4}") ? day(last, named, first) : day(first, named, last);
    }
    return Optional.empty();
  }

  private static Optional<LocalDate> day(String day, Month month, String year) {
    Matcher days = DAY.matcher(day);
    Matcher years = YEAR.matcher(year);
    if (!days.matches() || !years.matches()) {
      return Optional.empty();
    }
    String digits = years.group(1);
    int number = Integer.parseInt(digits);
    try {
      return Optional.of(
          LocalDate.of(
              digits.length() == SHORT_YEAR_DIGITS ? CENTURY + number : number,
              month,
              Integer.parseInt(days.group(1))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private String plain(String word) {
    return lower(word).replace(".", "").strip();
  }

  private String lower(String word) {
    return word.toLowerCase(locale);
  }
}
