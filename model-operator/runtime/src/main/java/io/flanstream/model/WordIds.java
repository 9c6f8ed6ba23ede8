package io.flanstream.model;

import io.flanstream.model.checkpoint.AddedToken;
import io.flanstream.model.decode.TextNormalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Token ids of texts, put together from those of their words, which are remembered.
 *
 * <p>Exact for a tokenizer that takes each word between white space by itself, and for text in
 * which no character changes its neighbour, none becomes white space or nothing, and none may begin
 * an added token, without white space at its ends, which some tokenizers keep; other text is
 * tokenised whole. Prompts repeat their template, and the words of a language follow Zipf's law.
 *
 * <p>A direct-mapped table: a word that is seen again soon takes the place of another one with the
 * same slot. What templates set round texts is not looked up word by word, nor is a text that was
 * asked about by itself before its prompts. Looking a word up takes no lock and makes no object,
 * which is why this is no general cache: a prompt has dozens of words. Thread-safe; holds some 20
 * MB at most.
 */
final class WordIds {
  private static final int SLOTS = 1 << 16;
  private static final int NEW_SLOTS = 1 << 13;
  private static final int MAX_WORD_LENGTH = 40;

  /** Texts that are remembered whole, one of each thread where there are no more threads. */
  private static final int RECENT = 16;

  /** UTF-16 units of the longest of them. */
  private static final int LONGEST = 1 << 12;

  /** First words of a text that its template may have in common with another's. */
  private static final int SHARED_WORDS = 8;

  private final Function<String, int[]> tokenizer;
  private final PlainCharacters plain;

  /**
   * Entries are immutable and are read and written whole: a race costs a lookup, never an answer.
   */
  private final Word[] words = new Word[SLOTS];

  /** Words that were seen once: numbers and names, which must not drive out those of a language. */
  private final Word[] newWords = new Word[NEW_SLOTS];

  /** The last text of a thread without a template: prompts that have it in them follow. */
  private final TokenizedWords[] texts = new TokenizedWords[RECENT];

  private final TemplateIds templates = new TemplateIds();

  private WordIds(Function<String, int[]> tokenizer, PlainCharacters plain) {
    this.tokenizer = tokenizer;
    this.plain = plain;
  }

  /**
   * Remembers words for a tokenizer that takes each word by itself.
   *
   * @param tokenizer gives the ids of any text
   * @param normalizer what it does to a text first
   * @param added tokens that it looks for in a text
   * @return the table; empty where the tokenizer does not take all white space as one space
   */
  static Optional<WordIds> of(
      Function<String, int[]> tokenizer, TextNormalizer normalizer, List<AddedToken> added) {
    int[] words = tokenizer.apply("a b");
    int[] first = tokenizer.apply("a");
    int[] second = tokenizer.apply("b");
    boolean suits =
        Arrays.equals(tokenizer.apply("a \n\t\r b"), words)
            && words.length == first.length + second.length
            && Arrays.equals(words, 0, first.length, first, 0, first.length)
            && Arrays.equals(words, first.length, words.length, second, 0, second.length);
    return suits
        ? Optional.of(new WordIds(tokenizer, PlainCharacters.of(normalizer, added)))
        : Optional.empty();
  }

  /** Token ids of a text. */
  int[] of(String text) {
    char[] chars = text.toCharArray();
    int length = chars.length;
    if (length == 0 || isSpace(chars[0]) || isSpace(chars[length - 1])) {
      return tokenizer.apply(text);
    }
    TemplateIds.Match template = templates.match(chars);
    int from = template.from();
    int to = template.to();
    while (from < to && isSpace(chars[from])) {
      from++;
    }
    while (from < to && isSpace(chars[to - 1])) {
      to--;
    }
    int recent = (int) Thread.currentThread().getId() & (RECENT - 1);
    TokenizedWords words = texts[recent];
    TokenizedWords.Ids own = words == null ? null : words.find(chars, from, to, SHARED_WORDS);
    if (own == null) {
      if (!isPlain(chars, from, to)) {
        return tokenizer.apply(text);
      }
      words = TokenizedWords.of(Arrays.copyOfRange(chars, from, to), this::wordAt);
      own = words.all();
      if (template.ids() == 0 && length <= LONGEST) {
        texts[recent] = words;
      }
    }
    int[] ids = new int[template.ids() + own.to() - own.from()];
    int count = template.copyHead(ids);
    System.arraycopy(words.ids(), own.from(), ids, count, own.to() - own.from());
    template.copyTail(ids, count + own.to() - own.from());
    templates.offer(chars, template, this::wordAt);
    return ids;
  }

  private boolean isPlain(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!plain.contains(chars[i]) && !isSpace(chars[i])) {
        return false;
      }
    }
    return true;
  }

  private int[] wordAt(char[] text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + text[i];
    }
    return word(text, start, end, hash);
  }

  private int[] word(char[] text, int start, int end, int hash) {
    if (end - start > MAX_WORD_LENGTH) {
      return tokenizer.apply(new String(text, start, end - start));
    }
    int mixed = hash ^ (hash >>> 16);
    Word known = words[mixed & (SLOTS - 1)];
    if (known != null && known.is(text, start, end)) {
      return known.ids;
    }
    Word seen = newWords[mixed & (NEW_SLOTS - 1)];
    if (seen != null && seen.is(text, start, end)) {
      words[mixed & (SLOTS - 1)] = seen;
      return seen.ids;
    }
    char[] word = Arrays.copyOfRange(text, start, end);
    seen = new Word(word, tokenizer.apply(new String(word)));
    newWords[mixed & (NEW_SLOTS - 1)] = seen;
    return seen.ids;
  }

  static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Word(char[] chars, int[] ids) {

    boolean is(char[] text, int start, int end) {
      return Arrays.equals(chars, 0, chars.length, text, start, end);
    }
  }
}
