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
    int[] ends = new int[chars.length];
    if (isSimple(chars)) {
      for (int i = 0; i < chars.length; i++) {
        ends[i] = i + 1;
      }
      return ends;
    }
    String text = new String(chars, 0, chars.length);
    int count = 0;
    int at = 0;
    for (Matcher matcher = CLUSTER.matcher(text); matcher.find(); ) {
      at += text.codePointCount(matcher.start(), matcher.end());
      ends[count++] = at;
    }
    return Arrays.copyOf(ends, count);
  }

  /** Whether each character is a cluster by itself. */
  private static boolean isSimple(int[] chars) {
    for (int c : chars) {
      if (c >= FIRST_COMBINING || c == '\r') {
        return false;
      }
    }
    return true;
  }
}
