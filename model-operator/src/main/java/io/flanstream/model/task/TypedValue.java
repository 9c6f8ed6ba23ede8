package io.flanstream.model.task;

import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Values as their types have them, in one form whatever the text's was. */
final class TypedValue {
  private static final String SPACES = "\\s\\u00a0\\u202f";

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

  /** Digits, in groups of three or in none, with a sign, and with a sign of currency at an end. */
  private static Optional<BigDecimal> number(Locale locale, String value) {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(locale);
    String group =
        Character.isSpaceChar(symbols.getGroupingSeparator())
            ? "[" + SPACES + "]"
            : Pattern.quote(String.valueOf(symbols.getGroupingSeparator()));
    String point = Pattern.quote(String.valueOf(symbols.getDecimalSeparator()));
    String digits = "(?:\\d{1,3}(?:%1$s\\d{3})+|\\d+)(?:%2$s\\d+)?".formatted(group, point);
    String number =
        value
            .strip()
            .replaceFirst("^([-+\\u2212]?)\\p{Sc}[" + SPACES + "]?", "$1")
            .replaceFirst("[" + SPACES + "]?\\p{Sc}$", "")
            .replace('\u2212', '-');
    if (!number.matches("[-+]?" + digits)) {
      return Optional.empty();
    }
    return Optional.of(new BigDecimal(number.replaceAll(group, "").replaceFirst(point, ".")));
  }
}
