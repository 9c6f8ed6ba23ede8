package io.flanstream.model;

import java.util.Arrays;

/**
 * Token ids of what many texts have in common at their ends: a prompt's template, with its labels
 * and examples, round the text of an event.
 *
 * <p>A text becomes a template if another began like it and no template shares half of it. Words
 * are shared whole, with a white space between them and the rest. Thread-safe; holds {@value
 * #TEMPLATES} texts.
 */
final class TemplateIds {
  private static final int TEMPLATES = 16;
  private static final int BEGINNINGS = 1 << 10;

  /** Characters by which a beginning is known. */
  private static final int BEGINNING = 24;

  /** Shorter texts have no template that is worth it. */
  private static final int SHORTEST = 64;

  private static final Match NOTHING = new Match(null, 0, 0, 0, 0);

  /** Entries are immutable, and a race costs a template, never an answer. */
  private final Template[] templates = new Template[TEMPLATES];

  private final int[] beginnings = new int[BEGINNINGS];
  private int next;

  /** The ids of a word of a text. */
  @FunctionalInterface
  interface WordTokenizer {
    /** Tokenises the characters from {@code start} to {@code end}. */
    int[] ids(char[] text, int start, int end);
  }

  /** The template that shares most of a text's beginning, and what they share. */
  Match match(char[] text) {
    if (text.length < SHORTEST) {
      return NOTHING.over(text);
    }
    Template closest = null;
    int most = BEGINNING;
    for (Template template : templates) {
      if (template != null) {
        int same = shared(template.chars, text);
        if (same > most) {
          most = same;
          closest = template;
        }
      }
    }
    return closest == null ? NOTHING.over(text) : closest.match(text, most);
  }

  /** Makes a text a template if it is one that others are like. */
  void offer(char[] text, Match match, WordTokenizer words) {
    int own = match.to - match.from;
    if (text.length < SHORTEST || 2 * own < text.length) {
      return;
    }
    int hash = 1;
    for (int i = 0; i < BEGINNING; i++) {
      hash = 31 * hash + text[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (BEGINNINGS - 1);
    if (beginnings[slot] == hash) {
      templates[Math.floorMod(next++, TEMPLATES)] = Template.of(text, words);
    } else {
      beginnings[slot] = hash;
    }
  }

  private static int shared(char[] one, char[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return mismatch < 0 ? one.length : mismatch;
  }

  /**
   * What a text shares with a template.
   *
   * @param template null where it shares nothing
   * @param head ids of the words that both begin with
   * @param tail the first id of the words that both end with
   * @param from where the text's own words begin
   * @param to where they end
   */
  record Match(Template template, int head, int tail, int from, int to) {

    private Match over(char[] text) {
      return new Match(null, 0, 0, 0, text.length);
    }

    /** How many ids are shared. */
    int ids() {
      return head + tailIds();
    }

    /** How many of them are of the end. */
    int tailIds() {
      return template == null ? 0 : template.ids.length - tail;
    }

    /** Writes the ids of the beginning, and tells how many they are. */
    int copyHead(int[] ids) {
      if (template != null) {
        System.arraycopy(template.ids, 0, ids, 0, head);
      }
      return head;
    }

    /** Writes the ids of the end from a place on, and tells where they end. */
    int copyTail(int[] ids, int at) {
      if (template != null) {
        System.arraycopy(template.ids, tail, ids, at, tailIds());
      }
      return at + tailIds();
    }
  }

  /**
   * A text with its words.
   *
   * @param starts where each word begins, {@code [words]}
   * @param ends where it ends, {@code [words]}
   * @param counts ids up to the end of each, {@code [words]}
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Template(char[] chars, int[] ids, int[] starts, int[] ends, int[] counts) {

    static Template of(char[] text, WordTokenizer words) {
      int[] ids = new int[text.length];
      int[] starts = new int[text.length / 2 + 1];
      int[] ends = new int[starts.length];
      int[] counts = new int[starts.length];
      int count = 0;
      int word = 0;
      int start = 0;
      for (int i = 0; i <= text.length; i++) {
        if (i < text.length && !WordIds.isSpace(text[i])) {
          continue;
        }
        if (i > start) {
          int[] more = words.ids(text, start, i);
          if (count + more.length > ids.length) {
            ids = Arrays.copyOf(ids, 2 * (count + more.length));
          }
          System.arraycopy(more, 0, ids, count, more.length);
          count += more.length;
          starts[word] = start;
          ends[word] = i;
          counts[word++] = count;
        }
        start = i + 1;
      }
      return new Template(
          text,
          Arrays.copyOf(ids, count),
          Arrays.copyOf(starts, word),
          Arrays.copyOf(ends, word),
          Arrays.copyOf(counts, word));
    }

    /** What is shared, white space after the beginning's last word and before the end's first. */
    Match match(char[] text, int sameChars) {
      int head = below(ends, sameChars);
      int from = head == 0 ? 0 : ends[head - 1] + 1;
      int most = Math.min(text.length - from, chars.length);
      int same = 0;
      while (same < most && text[text.length - 1 - same] == chars[chars.length - 1 - same]) {
        same++;
      }
      int tail = below(starts, chars.length - same + 1);
      int to = tail == starts.length ? text.length : text.length - (chars.length - starts[tail]);
      return new Match(this, headIds(head), headIds(tail), from, to);
    }

    private int headIds(int words) {
      return words == 0 ? 0 : counts[words - 1];
    }

    /** How many of ascending numbers are below a limit. */
    private static int below(int[] numbers, int limit) {
      int at = Arrays.binarySearch(numbers, limit);
      return at < 0 ? -at - 1 : at;
    }
  }
}
