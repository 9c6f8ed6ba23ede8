package io.flanstream.model.task;

import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Values as their types have them, in one form whatever the text's was. */
final class TypedValue {
  private static final String SPACES = "\\s\\u00a0\\u2009\\u202f";
  private static final Set<String> LAKH_COUNTRIES = Set.of("BD", "BT", "IN", "LK", "NP", "PK");
  private static final Set<String> LAKH_LANGUAGES =
      Set.of("as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "ta", "te");

  private TypedValue() {}

  /**
   * Reads a value.
   *
   * @param field its field
   * @param value the source's text, all of it
   * @return digits and a point without trailing zeros for numbers, {@code 2026-11-23} for dates,
   *     the choice as the field has it; empty for text, and where the value is not of the type
   */
  static Optional<String> of(Field field, String value) {
    return switch (field.type()) {
      case TEXT -> Optional.empty();
      case ENUM -> choice(field, value);
      case INTEGER ->
          number(field.locale(), value)
              .filter(number -> number.stripTrailingZeros().scale() <= 0)
              .map(TypedValue::plain);
      case DECIMAL -> number(field.locale(), value).map(TypedValue::plain);
      case DATE -> DateForms.of(field.locale()).read(value.strip()).map(Object::toString);
    };
  }

  private static Optional<String> choice(Field field, String value) {
    return field.choices().stream()
        .filter(choice -> TextForm.of(choice).equals(TextForm.of(value.strip())))
        .findFirst();
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /** Digits, in the locale's groups or in none, with a sign, and a sign of currency at an end. */
  private static Optional<BigDecimal> number(Locale locale, String value) {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(locale);
    String group = group(symbols.getGroupingSeparator());
    String point =
        "[%s\u066b]".formatted(Pattern.quote(String.valueOf(symbols.getDecimalSeparator())));
    String grouped = "\\d{1,3}(?:%1$s\\d{3})+".formatted(group);
    if (hasLakhs(locale)) {
      grouped += "|\\d{1,2}(?:%1$s\\d{2})*%1$s\\d{3}".formatted(group);
    }
    String digits = "(?:%s|\\d+)(?:%s\\d+)?".formatted(grouped, point);
    String number =
        Digits.ascii(value)
            .strip()
            .replaceFirst("^([-+\\u2212]?)\\p{Sc}[" + SPACES + "]?", "$1")
            .replaceFirst("[" + SPACES + "]?\\p{Sc}$", "")
            .replace('\u2212', '-');
    if (!number.matches("[-+]?" + digits)) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(number.replaceAll(group, "").replaceFirst(point, ".")));
  }

  /** Signs that people write for the one that the locale's data have. */
  private static String group(char separator) {
    if (Character.isSpaceChar(separator)) {
      return "[" + SPACES + "]";
    }
    return switch (separator) {
      case '\'', '\u2019' -> "['\u2019]";
      case '\u066c' -> "[\u066c,\u060c]";
      default -> "[%s\u066c]".formatted(Pattern.quote(String.valueOf(separator)));
    };
  }

  /** Thousands, and then hundreds of them: 12,34,567. The JDK's formats do not say it. */
  private static boolean hasLakhs(Locale locale) {
    return LAKH_COUNTRIES.contains(locale.getCountry())
        || (locale.getCountry().isEmpty() && LAKH_LANGUAGES.contains(locale.getLanguage()));
  }
}
