package io.flanstream.jobs.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.regex.Pattern;

/**
 * How much of a right text another one has, as the field counts it. No library on Maven Central
 * that has ROUGE is maintained, so that this is measured against Google's rouge-score instead.
 */
final class TextOverlap {
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]+");
  private static final Pattern PUNCTUATION = Pattern.compile("[\\p{P}\\p{S}]");
  private static final Pattern ARTICLE = Pattern.compile("\\b(a|an|the)\\b");

  private TextOverlap() {}

  /** The most that a text has in common with one of several right ones; 0 where there is none. */
  static double best(List<String> right, String given, ToDoubleBiFunction<String, String> overlap) {
    return right.stream()
        .mapToDouble(one -> given == null ? 0 : overlap.applyAsDouble(one, given))
        .max()
        .orElse(0);
  }

  /**
   * 1 where two texts are the same but for case, punctuation, articles and white space, else 0:
   * SQuAD's exact match (Rajpurkar et al. 2016, evaluate-v1.1.py).
   */
  static double exactMatch(String right, String given) {
    return normalized(right).equals(normalized(given)) ? 1 : 0;
  }

  /** Harmonic mean of precision and recall of words, in any order: SQuAD's F1. */
  static double tokenF1(String right, String given) {
    List<String> expected = words(normalized(right));
    List<String> found = words(normalized(given));
    Map<String, Integer> left = new HashMap<>();
    expected.forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : found) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return f1(common, expected.size(), found.size());
  }

  /**
   * Harmonic mean of precision and recall of the longest common subsequence of words: ROUGE-L (Lin
   * 2004), as Google's rouge-score computes it without a stemmer, for the letters of all scripts.
   */
  static double rougeL(String right, String given) {
    List<String> expected = words(NO_WORD.matcher(lower(right)).replaceAll(" "));
    List<String> found = words(NO_WORD.matcher(lower(given)).replaceAll(" "));
    return f1(longestCommon(expected, found), expected.size(), found.size());
  }

  private static int longestCommon(List<String> one, List<String> other) {
    int[] lengths = new int[other.size() + 1];
    for (String word : one) {
      int diagonal = 0;
      for (int j = 1; j <= other.size(); j++) {
        int above = lengths[j];
        lengths[j] = word.equals(other.get(j - 1)) ? diagonal + 1 : Math.max(above, lengths[j - 1]);
        diagonal = above;
      }
    }
    return lengths[other.size()];
  }

  private static double f1(int common, int expected, int found) {
    if (expected == 0 || found == 0) {
      return expected == found ? 1 : 0;
    }
    return Measure.ratio(2 * common, expected + found);
  }

  private static String normalized(String text) {
    String plain = PUNCTUATION.matcher(lower(text)).replaceAll("");
    return String.join(" ", words(ARTICLE.matcher(plain).replaceAll(" ")));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[\\s\\p{Z}]+")).filter(word -> !word.isEmpty()).toList();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
