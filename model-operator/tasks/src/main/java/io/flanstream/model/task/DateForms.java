package io.flanstream.model.task;

import java.text.ParsePosition;
import java.time.LocalDate;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.FormatStyle;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The forms of a day with its year: ISO's, and those that the JDK's locale data have, from numbers
 * alone, with or without leading zeros, to the name of the weekday; and those of {@link DateWords}.
 * A year of two digits is one of 2000 to 2099.
 *
 * <p>Immutable and thread-safe.
 */
final class DateForms {
  /** Day and month as English puts them either way; names are the locale's. */
  private static final List<String> COMMON =
      List.of("d MMMM uuuu", "d MMM uuuu", "MMMM d uuuu", "MMM d uuuu");

  private static final Map<Locale, DateForms> KNOWN = new ConcurrentHashMap<>();

  private final List<DateTimeFormatter> forms = new ArrayList<>();
  private final DateWords words;

  private DateForms(Locale locale) {
    forms.add(DateTimeFormatter.ISO_LOCAL_DATE);
    for (FormatStyle style : FormatStyle.values()) {
      String pattern =
          DateTimeFormatterBuilder.getLocalizedDateTimePattern(
                  style, null, IsoChronology.INSTANCE, locale)
              .replaceAll("y+", "y")
              .replaceAll("d+", "d")
              .replaceAll("(?<!M)MM(?!M)", "M");
      forms.add(form(pattern.replace("y", "uu"), locale));
      forms.add(form(pattern.replace("y", "uuuu"), locale));
    }
    COMMON.forEach(pattern -> forms.add(form(pattern, locale)));
    words = new DateWords(locale);
  }

  static DateForms of(Locale locale) {
    return KNOWN.computeIfAbsent(locale, DateForms::new);
  }

  /** The day; empty where a text has another form, or the calendar no such day. */
  Optional<LocalDate> read(String written) {
    String text = Digits.ascii(written);
    return forms.stream()
        .filter(form -> isWhole(form, text))
        .flatMap(form -> parsed(form, text).stream())
        .findFirst()
        .or(() -> words.read(text));
  }

  private static boolean isWhole(DateTimeFormatter form, String text) {
    ParsePosition position = new ParsePosition(0);
    return form.parseUnresolved(text, position) != null && position.getIndex() == text.length();
  }

  private static Optional<LocalDate> parsed(DateTimeFormatter form, String text) {
    try {
      return Optional.of(form.parse(text, LocalDate::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static DateTimeFormatter form(String pattern, Locale locale) {
    return new DateTimeFormatterBuilder()
        .parseCaseInsensitive()
        .appendPattern(pattern)
        .toFormatter(locale)
        .withResolverStyle(ResolverStyle.STRICT);
  }
}
