package io.flanstream.model;

import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ByT5's tokenizer, for which there is no file: each byte of a text in UTF-8 is a token, and each
 * sentinel {@code <extra_id_N>} that is written out (transformers, tokenization_byt5.py).
 *
 * <p>A text that spells out the end, pad or unknown token gets the bytes of its name. Thread-safe.
 */
final class ByteTextTokenizer implements ModelTokenizer {
  private static final Pattern SENTINEL = Pattern.compile("<extra_id_[0-9]{1,4}>");

  private final Vocabulary vocabulary;
  private final Map<String, Integer> sentinels = new HashMap<>();

  /**
   * A tokenizer of bytes.
   *
   * @param vocabulary has a piece for each byte
   */
  ByteTextTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    for (int id = 0; id < vocabulary.size(); id++) {
      if (SENTINEL.matcher(vocabulary.piece(id)).matches()) {
        sentinels.put(vocabulary.piece(id), id);
      }
    }
  }

  @Override
  public TokenizedText encode(String text) {
    Tokens tokens = new Tokens(text);
    int written = 0;
    for (Matcher matcher = SENTINEL.matcher(text); matcher.find(); ) {
      Integer id = sentinels.get(matcher.group());
      if (id != null) {
        tokens.addBytes(written, matcher.start());
        tokens.add(id, matcher.end() - matcher.start());
        written = matcher.end();
      }
    }
    tokens.addBytes(written, text.length());
    return tokens.build();
  }

  @Override
  public TextNormalizer normalizer() {
    return TextNormalizer.verbatim();
  }

  @Override
  public String decode(int[] ids) {
    return vocabulary.text(ids);
  }

  @Override
  public void close() {
    // Owns nothing outside the heap.
  }

  /** The tokens of a text being collected. */
  private final class Tokens {
    private final String text;
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;
    private int count;
    private int place;

    Tokens(String text) {
      this.text = text;
      int most = 3 * text.length();
      this.ids = new int[most];
      this.starts = new int[most];
      this.ends = new int[most];
    }

    void addBytes(int from, int to) {
      for (int i = from; i < to; ) {
        int c = text.codePointAt(i);
        for (int unit : Vocabulary.utf8(c)) {
          put(vocabulary.byteId(unit), place + 1);
        }
        place++;
        i += Character.charCount(c);
      }
    }

    /** Adds a token that stands for so many code points. */
    void add(int id, int length) {
      put(id, place + length);
      place += length;
    }

    private void put(int id, int end) {
      ids[count] = id;
      starts[count] = place;
      ends[count++] = end;
    }

    TokenizedText build() {
      return new TokenizedText(
          Arrays.copyOf(ids, count), Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
    }
  }
}
