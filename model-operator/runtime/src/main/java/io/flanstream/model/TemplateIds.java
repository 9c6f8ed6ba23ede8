package io.flanstream.model;

import java.util.Arrays;

/**
 * Token ids of what many texts have in common at their ends: a prompt's template, with its labels
 * and examples, round the text of an event.
 *
 * <p>A text becomes a template if no template shares half of it and it is the second, fourth,
 * eighth and so on of those that begin alike. Words are shared whole, with a white space between
 * them and the rest. Thread-safe; holds {@value #TEMPLATES} texts.
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
  private final TokenizedWords[] templates = new TokenizedWords[TEMPLATES];

  private final int[] beginnings = new int[BEGINNINGS];

  /** How often each beginning was seen. */
  private final int[] seen = new int[BEGINNINGS];

  private int next;

  /** The template that shares most of a text's beginning, and what they share. */
  Match match(char[] text) {
    if (text.length < SHORTEST) {
      return NOTHING.over(text);
    }
    TokenizedWords closest = null;
    int most = BEGINNING;
    for (TokenizedWords template : templates) {
      if (template != null) {
        int same = shared(template.chars(), text);
        if (same > most) {
          most = same;
          closest = template;
        }
      }
    }
    return closest == null ? NOTHING.over(text) : closest.match(text, most);
  }

  /** Makes a text a template if it is one that others are like. */
  void offer(char[] text, Match match, TokenizedWords.WordTokenizer words) {
    int own = match.to - match.from;
    if (text.length < SHORTEST || 2 * own < text.length) {
      return;
    }
    int hash = 1;
    for (int i = 0; i < BEGINNING; i++) {
      hash = 31 * hash + text[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (BEGINNINGS - 1);
    if (beginnings[slot] != hash) {
      beginnings[slot] = hash;
      seen[slot] = 1;
    } else if (Integer.bitCount(++seen[slot]) == 1) {
      // A long text in a short template always looks like one that should be a template.
      templates[Math.floorMod(next++, TEMPLATES)] = TokenizedWords.of(text, words);
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
  record Match(TokenizedWords template, int head, int tail, int from, int to) {

    private Match over(char[] text) {
      return new Match(null, 0, 0, 0, text.length);
    }

    /** How many ids are shared. */
    int ids() {
      return head + tailIds();
    }

    /** How many of them are of the end. */
    int tailIds() {
      return template == null ? 0 : template.ids().length - tail;
    }

    /** Writes the ids of the beginning, and tells how many they are. */
    int copyHead(int[] ids) {
      if (template != null) {
        System.arraycopy(template.ids(), 0, ids, 0, head);
      }
      return head;
    }

    /** Writes the ids of the end from a place on, and tells where they end. */
    int copyTail(int[] ids, int at) {
      if (template != null) {
        System.arraycopy(template.ids(), tail, ids, at, tailIds());
      }
      return at + tailIds();
    }
  }
}
