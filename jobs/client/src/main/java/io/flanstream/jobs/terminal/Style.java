package io.flanstream.jobs.terminal;

/**
 * Emphasis on a terminal; nothing where the stream is no terminal or {@code NO_COLOR} is set.
 *
 * <p>The launcher knows which stream is a terminal and says so in system properties.
 */
public enum Style {
  /** Headings. */
  BOLD("1"),
  /** What may be passed over. */
  DIM("2"),
  /** Success. */
  GREEN("32"),
  /** Failure. */
  RED("31"),
  /** Names to look for. */
  CYAN("36");

  private static final boolean COLORS =
      System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
  private static final boolean OUT = Boolean.getBoolean("flanstream.terminal.out");
  private static final boolean ERR = Boolean.getBoolean("flanstream.terminal.err");

  private static final int COLUMNS = Math.max(60, Integer.getInteger("flanstream.columns", 120));

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** Whether the output is a terminal. */
  public static boolean isTerminal() {
    return OUT;
  }

  /** Whether the error stream is a terminal. */
  public static boolean isErrorTerminal() {
    return ERR;
  }

  /** How wide a line may be. */
  public static int columns() {
    return COLUMNS;
  }

  /** The text so for the output. */
  public String out(String text) {
    return on(text, OUT);
  }

  /** The text so for the error stream. */
  public String err(String text) {
    return on(text, ERR);
  }

  private String on(String text, boolean terminal) {
    return terminal && COLORS ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
