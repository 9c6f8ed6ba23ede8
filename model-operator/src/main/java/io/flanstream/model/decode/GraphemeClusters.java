package io.flanstream.model.decode;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Extended grapheme clusters: what a reader takes for one character (Unicode Annex 29). */
final class GraphemeClusters {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int FIRST_COMBINING = 0x300;

  private GraphemeClusters() {}

  /**
   * Ends of the clusters of a text.
   *
   * @param chars code points
   * @return offset after each cluster, ascending, in code points
   */
  static int[] ends(int[] chars) {
    if (Arrays.stream(chars).allMatch(c -> c < FIRST_COMBINING && c != '\r')) {
      int[] ends = new int[chars.length];
      Arrays.setAll(ends, i -> i + 1);
      return ends;
    }
    String text = new String(chars, 0, chars.length);
    int[] ends = new int[chars.length];
    int count = 0;
    int at = 0;
    for (Matcher matcher = CLUSTER.matcher(text); matcher.find(); ) {
      at += text.codePointCount(matcher.start(), matcher.end());
      ends[count++] = at;
    }
    return Arrays.copyOf(ends, count);
  }
}
