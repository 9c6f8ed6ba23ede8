package io.flanstream.model;

import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.djl.DjlTokenizer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A checkpoint's tokenizer, whose native part it owns.
 *
 * <p>A text that spells out the end, pad or unknown token does not get it: a prompt has exactly one
 * end token, its own. The first character of such a name becomes another one that no vocabulary of
 * the family has, as the {@code <} itself is none in T5's. Sentinels pass: prompts are made of
 * them.
 */
final class NativeTextTokenizer implements TextTokenizer, AutoCloseable {
  /**
   * U+2039, a single left-pointing angle quotation mark: one character for one, so that places
   * stay.
   */
  private static final String STAND_IN = "\u2039";

  private final DjlTokenizer tokenizer;
  private final TextNormalizer normalizer;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Pattern reserved;
  private final WordIds words;
  private boolean closed;

  /**
   * Takes a tokenizer.
   *
   * @param tokenizer the native part, owned from now on
   * @param normalizer what it does to a text first
   * @param file what its file says
   */
  NativeTextTokenizer(DjlTokenizer tokenizer, TextNormalizer normalizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.normalizer = normalizer;
    this.reserved =
        Pattern.compile(
            IntStream.of(file.padId(), file.endId(), file.unknownId())
                .mapToObj(id -> Pattern.quote(file.pieces().get(id)))
                .collect(Collectors.joining("|")));
    Function<String, int[]> whole = text -> encode(text).ids();
    this.words = file.wordsApart() && WordIds.suits(whole) ? new WordIds(whole) : null;
  }

  @Override
  public TokenizedText encode(String text) {
    return open(() -> tokenizer.encode(plain(text), TokenizedText::new));
  }

  private String plain(String text) {
    return reserved.matcher(text).replaceAll(name -> STAND_IN + name.group().substring(1));
  }

  @Override
  public int[] ids(String text) {
    return words == null ? encode(text).ids() : words.of(text);
  }

  @Override
  public TextNormalizer normalizer() {
    return normalizer;
  }

  @Override
  public String decode(int[] ids) {
    return open(() -> tokenizer.decode(ids));
  }

  /** The native part must not go while a thread is in it. */
  private <T> T open(Supplier<T> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new ModelException(ModelException.Code.CLOSED, "Cannot answer: the model was closed");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
