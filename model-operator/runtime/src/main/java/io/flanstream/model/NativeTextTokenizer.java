package io.flanstream.model;

import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.TokenizerFile;
import io.flanstream.model.decode.NormalizedText;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import io.flanstream.model.djl.DjlTokenizer;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
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
 * end token, its own. The first character of such a name becomes another one that stands for
 * nothing. So does that of whatever becomes an end or pad token by normalisation. Sentinels pass:
 * prompts are made of them.
 */
final class NativeTextTokenizer implements ModelTokenizer {
  /**
   * U+2039, a single left-pointing angle quotation mark: one character for one, so that places
   * stay.
   */
  private static final String STAND_IN = "\u2039";

  private final DjlTokenizer tokenizer;
  private final TextNormalizer normalizer;
  private final TokenizerFile file;
  private final Set<Integer> byteIds;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Pattern reserved;
  private final WordIds words;
  private boolean closed;

  private NativeTextTokenizer(
      DjlTokenizer tokenizer, TextNormalizer normalizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.normalizer = normalizer;
    this.file = file;
    this.byteIds = Set.copyOf(file.byteIds());
    this.reserved =
        Pattern.compile(
            IntStream.of(file.padId(), file.endId(), file.unknownId())
                .mapToObj(id -> Pattern.quote(file.pieces().get(id)))
                .collect(Collectors.joining("|")));
    Function<String, int[]> whole = text -> encode(text).ids();
    Optional<UnigramTokenizer> inJava = UnigramTokenizer.of(file, normalizer, whole);
    Function<String, int[]> ids = inJava.isPresent() ? inJava.get()::ids : whole;
    this.words =
        file.words().isApart()
            ? WordIds.of(ids, normalizer, file.addedTokens()).orElse(null)
            : null;
  }

  /**
   * Opens a tokenizer.
   *
   * @param source where it comes from
   * @return the tokenizer, to be closed by the caller
   * @throws CheckpointException if it cannot be read
   */
  static NativeTextTokenizer open(CheckpointTokenizer source) {
    TextNormalizer normalizer = normalizer(source);
    DjlTokenizer tokenizer = openNative(source);
    try {
      return new NativeTextTokenizer(tokenizer, normalizer, source.file());
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static TextNormalizer normalizer(CheckpointTokenizer source) {
    try {
      return TextNormalizer.parse(source.file().normalizer());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: normalizer in %s is not supported: %s"
              .formatted(source.source(), e.getMessage()),
          e);
    }
  }

  private static DjlTokenizer openNative(CheckpointTokenizer source) {
    try {
      return source.converted().isPresent()
          ? DjlTokenizer.open(source.converted().get())
          : DjlTokenizer.open(source.source());
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(source.source()), e);
    }
  }

  @Override
  public TokenizedText encode(String text) {
    return open(
        () -> {
          String plain = plain(text);
          TokenizedText tokens = tokenizer.encode(plain, TokenizedText::new);
          while (true) {
            String without = withoutReserved(plain, tokens);
            if (without.equals(plain)) {
              return byteIds.isEmpty() ? tokens : bytesApart(plain, tokens);
            }
            plain = without;
            tokens = tokenizer.encode(plain, TokenizedText::new);
          }
        });
  }

  private String plain(String text) {
    return reserved.matcher(text).replaceAll(name -> STAND_IN + name.group().substring(1));
  }

  /** A text whose characters that became end or pad tokens are others. */
  private String withoutReserved(String text, TokenizedText tokens) {
    StringBuilder without = null;
    for (int i = tokens.length() - 1; i >= 0; i--) {
      if (tokens.ids()[i] == file.padId() || tokens.ids()[i] == file.endId()) {
        without = without == null ? new StringBuilder(text) : without;
        int at = text.offsetByCodePoints(0, tokens.starts()[i]);
        without.replace(at, at + Character.charCount(text.codePointAt(at)), STAND_IN);
      }
    }
    return without == null ? text : without.toString();
  }

  /**
   * Gives the bytes of each character that character's place: the library gives them that of all
   * neighbouring characters without a piece.
   */
  private TokenizedText bytesApart(String text, TokenizedText tokens) {
    for (int from = 0; from < tokens.length(); ) {
      int to = from + 1;
      if (byteIds.contains(tokens.ids()[from])) {
        while (to < tokens.length()
            && byteIds.contains(tokens.ids()[to])
            && tokens.starts()[to] == tokens.starts()[from]
            && tokens.ends()[to] == tokens.ends()[from]) {
          to++;
        }
        placeBytes(text, tokens, from, to);
      }
      from = to;
    }
    return tokens;
  }

  private void placeBytes(String text, TokenizedText tokens, int from, int to) {
    int start = tokens.starts()[from];
    int first = text.offsetByCodePoints(0, start);
    int last = text.offsetByCodePoints(first, tokens.ends()[from] - start);
    NormalizedText run = normalizer.normalize(text.substring(first, last));
    int length = IntStream.of(run.chars()).map(c -> Vocabulary.utf8(c).length).sum();
    if (length != to - from) {
      return;
    }
    int token = from;
    for (int i = 0; i < run.length(); i++) {
      for (int unit = Vocabulary.utf8(run.chars()[i]).length; unit > 0; unit--) {
        tokens.starts()[token] = start + run.starts()[i];
        tokens.ends()[token++] = start + run.ends()[i];
      }
    }
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
