package io.flanstream.model.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of every type and their one form; nothing where a value is not of its type. */
class TypedValueTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER | en-US | 42 | 42",
        "INTEGER | en-US | 1,234,567 | 1234567",
        "INTEGER | en-US | -7 | -7",
        "INTEGER | en-US | $300 | 300",
        "INTEGER | en-US | 3.00 | 3",
        "INTEGER | en-US | 007 | 7",
        "INTEGER | en-US | 3.5 |",
        "INTEGER | en-US | 1,23 |",
        "INTEGER | en-US | 12,3456 |",
        "INTEGER | en-US | three |",
        "INTEGER | en-US | 300 dollars |",
        "INTEGER | de-DE | 1.234 | 1234",
        "DECIMAL | en-US | 1,234.50 | 1234.5",
        "DECIMAL | en-US | -$2.00 | -2",
        "DECIMAL | en-US | 0.00 | 0",
        "DECIMAL | en-US | 1.234,50 |",
        "DECIMAL | en-US | 1e3 |",
        "DECIMAL | de-DE | 1.234,50 | 1234.5",
        "DECIMAL | de-DE | 12,5 € | 12.5",
        "DECIMAL | fr-FR | 1 234,5 | 1234.5",
        "DATE | en-US | 2026-11-23 | 2026-11-23",
        "DATE | en-US | 11/23/2026 | 2026-11-23",
        "DATE | en-US | 3/4/26 | 2026-03-04",
        "DATE | en-US | November 23, 2026 | 2026-11-23",
        "DATE | en-US | nov 23, 2026 | 2026-11-23",
        "DATE | en-US | 23 November 2026 | 2026-11-23",
        "DATE | en-US | Monday, November 23, 2026 | 2026-11-23",
        "DATE | en-US | Tuesday, November 23, 2026 |",
        "DATE | en-US | 2026-02-30 |",
        "DATE | en-US | 23/11/2026 |",
        "DATE | en-US | tomorrow |",
        "DATE | en-US | November 23 |",
        "DATE | en-GB | 3/4/2026 | 2026-04-03",
        "DATE | en-GB | 23 Nov 2026 | 2026-11-23",
        "DATE | de-DE | 23.11.2026 | 2026-11-23",
        "DATE | de-DE | 3.4.26 | 2026-04-03",
        "DATE | de-DE | 23. November 2026 | 2026-11-23",
        "DATE | es-ES | 23 de noviembre de 2026 | 2026-11-23",
        "DATE | ja-JP | 2026/11/23 | 2026-11-23",
        "TEXT | en-US | 42 |",
        "DATE | en-US | Sept 5, 2026 | 2026-09-05",
        "DATE | en-US | Sep. 5, 2026 | 2026-09-05",
        "DATE | en-US | Nov. 23, 2026 | 2026-11-23",
        "DATE | en-US | Mon., Nov. 23, 2026 | 2026-11-23",
        "DATE | en-US | Tue, Nov 23, 2026 |",
        "DATE | en-US | November 23rd, 2026 | 2026-11-23",
        "DATE | en-US | the 1st of March 2026 | 2026-03-01",
        "DATE | en-US | 31 Nov 2026 |",
        "DATE | en-US | Ju 5, 2026 |",
        "DATE | en-US | 2026 November 23 | 2026-11-23",
        "DATE | en-GB | 23rd November 2026 | 2026-11-23",
        "DATE | en-GB | 5 Sep 2026 | 2026-09-05",
        "DATE | en-GB | 5 Sept 2026 | 2026-09-05",
        "DATE | en-GB | 5th September, 2026 | 2026-09-05",
        "DATE | de-DE | 5. Sept. 2026 | 2026-09-05",
        "DATE | de-DE | Montag, den 23. November 2026 | 2026-11-23",
        "DATE | fr-FR | le 1er janv. 2026 | 2026-01-01",
        "DATE | fr-FR | 14 juil. 2026 | 2026-07-14",
        "DATE | fr-FR | lundi 23 novembre 2026 | 2026-11-23",
        "DATE | es-ES | 5 sept 2026 | 2026-09-05",
        "DATE | pt-BR | 5 de set. de 2026 | 2026-09-05",
        "DATE | ru-RU | 23 нояб. 2026 | 2026-11-23",
        "DATE | ar-EG | ٢٣ نوفمبر ٢٠٢٦ | 2026-11-23",
        "INTEGER | en-IN | 12,34,567 | 1234567",
        "INTEGER | en-IN | 1,234,567 | 1234567",
        "INTEGER | hi-IN | १२,३४,५६७ | 1234567",
        "INTEGER | en-US | 12,34,567 |",
        "DECIMAL | de-CH | 1'234.50 | 1234.5",
        "DECIMAL | de-CH | 1’234.50 | 1234.5",
        "DECIMAL | ar-EG | ١٬٢٣٤٫٥ | 1234.5",
        "DECIMAL | sv-SE | 1 234,5 | 1234.5",
      })
  void aValueHasOneForm(Field.Type type, String locale, String value, String typed) {
    Field field = new Field("field", "field", null, type, Locale.forLanguageTag(locale), List.of());
    assertThat(TypedValue.of(field, value)).isEqualTo(Optional.ofNullable(typed));
  }

  @Test
  void aChoiceIsThatOfTheFieldHoweverItIsWritten() {
    Field field =
        new Field(
            "size", "size", null, Field.Type.ENUM, Locale.US, List.of("small", "extra-large"));
    assertThat(TypedValue.of(field, "Extra Large")).contains("extra-large");
    assertThat(TypedValue.of(field, " SMALL")).contains("small");
    assertThat(TypedValue.of(field, "large")).isEmpty();
  }
}
