package io.flanstream.model.task;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a misspelt name was meant to be. */
public final class NearestName {
  private static final int LETTERS_PER_MISTAKE = 4;

  private NearestName() {}

  /**
   * Finds the known name that is nearest to one that is unknown: a mistake for every four letters,
   * at least one. Case, and what parts the words of a name, make no difference.
   *
   * @param name an unknown name
   * @param known the names that are known
   * @return the nearest, empty where none is near
   */
  public static Optional<String> of(String name, Collection<String> known) {
    String plain = plain(name);
    int most = Math.max(1, plain.length() / LETTERS_PER_MISTAKE);
    return known.stream()
        .filter(candidate -> distance(plain, plain(candidate)) <= most)
        .min(
            Comparator.comparingInt((String candidate) -> distance(plain, plain(candidate)))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
  }

  /** Insertions, deletions, substitutions and swaps of neighbours between two names. */
  private static int distance(String from, String to) {
    int[][] rows = new int[from.length() + 1][to.length() + 1];
    Arrays.setAll(rows[0], j -> j);
    for (int i = 1; i <= from.length(); i++) {
      rows[i][0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int edited = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
        rows[i][j] = Math.min(edited, rows[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[from.length()][to.length()];
  }
}
