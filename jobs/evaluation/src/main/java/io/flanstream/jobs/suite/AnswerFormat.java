package io.flanstream.jobs.suite;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a suite's answers are given, and what of them is compared. */
public enum AnswerFormat {
  /** The most probable of the four letters. */
  LETTER {
    @Override
    Optional<String> read(String said) {
      return Optional.of(said);
    }
  },
  /** A text, all of which is the answer. */
  TEXT {
    @Override
    Optional<String> read(String said) {
      return some(plain(said));
    }
  },
  /** Reasoning that ends with a letter. */
  REASONED_LETTER {
    @Override
    Optional<String> read(String said) {
      Matcher choice = CHOICE.matcher(plain(concluded(said).orElse(said)));
      return choice.matches()
          ? Optional.ofNullable(choice.group(1)).or(() -> Optional.of(choice.group(2)))
          : Optional.empty();
    }
  },
  /** Reasoning that ends with a text. */
  REASONED_TEXT {
    @Override
    Optional<String> read(String said) {
      return concluded(said).map(AnswerFormat::plain).flatMap(AnswerFormat::some);
    }
  };

  /** The letters of MMLU. */
  static final List<String> LETTERS = List.of("A", "B", "C", "D");

  /** What begins the answer at the end of reasoning. */
  private static final Pattern CONCLUSION =
      Pattern.compile("\\banswer is:?\\s+", Pattern.CASE_INSENSITIVE);

  /** A letter, in brackets with the choice's words after it or by itself. */
  private static final Pattern CHOICE = Pattern.compile("\\(([A-D])\\).*|([A-D])");

  /**
   * Reads an answer.
   *
   * @param said what the model wrote
   * @return what is compared with the right answer; empty where there is no answer in it
   */
  abstract Optional<String> read(String said);

  /** Whether the model writes, rather than chooses. */
  boolean isWritten() {
    return this != LETTER;
  }

  /** What follows the last conclusion. */
  static Optional<String> concluded(String said) {
    Matcher conclusion = CONCLUSION.matcher(said);
    int end = -1;
    while (conclusion.find()) {
      end = conclusion.end();
    }
    return end < 0 ? Optional.empty() : Optional.of(said.substring(end));
  }

  /** Without white space at the ends, more than a space between words, and a full stop. */
  static String plain(String text) {
    return text.strip().replaceAll("\\s+", " ").replaceFirst("\\.$", "");
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
