package io.flanstream.model.djl;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A checkpoint's {@code tokenizer.json}, run by Hugging Face's tokenizers library.
 *
 * <p>Thread-safe; {@link #close()} frees the native part.
 */
public final class DjlTokenizer implements AutoCloseable {
  /** Nothing is cut, padded or added behind the caller's back. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "addSpecialTokens", "false",
          "truncation", "false",
          "padding", "false",
          "modelMaxLength", String.valueOf(Integer.MAX_VALUE));

  private final HuggingFaceTokenizer tokenizer;

  private DjlTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a tokenizer.
   *
   * @param file {@code tokenizer.json}
   * @return the tokenizer, to be closed by the caller
   * @throws IOException if the file cannot be read
   */
  public static DjlTokenizer open(Path file) throws IOException {
    return new DjlTokenizer(HuggingFaceTokenizer.newInstance(file, OPTIONS));
  }

  /**
   * Reads a tokenizer.
   *
   * @param json a {@code tokenizer.json} in UTF-8
   * @return the tokenizer, to be closed by the caller
   * @throws IOException if the library cannot read it
   */
  public static DjlTokenizer open(byte[] json) throws IOException {
    return new DjlTokenizer(
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS));
  }

  /**
   * Tokens of a text, no special token added.
   *
   * @param text the text
   * @param tokens gets ids, starts and ends, {@code [length]} each, in code points of the text
   * @param <T> what the tokens become
   * @return what the receiver makes of them
   */
  public <T> T encode(String text, TokensReceiver<T> tokens) {
    Encoding encoding = tokenizer.encode(text, false, false);
    CharSpan[] spans = encoding.getCharTokenSpans();
    return tokens.receive(
        Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray(),
        Arrays.stream(spans).mapToInt(span -> span == null ? 0 : span.getStart()).toArray(),
        Arrays.stream(spans).mapToInt(span -> span == null ? 0 : span.getEnd()).toArray());
  }

  /**
   * Text of a token sequence, special tokens left out.
   *
   * @param ids token ids
   * @return the text
   */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * Gets the tokens of a text.
   *
   * @param <T> what they become
   */
  @FunctionalInterface
  public interface TokensReceiver<T> {
    /** Receives ids, starts and ends, {@code [length]} each. */
    T receive(int[] ids, int[] starts, int[] ends);
  }
}
