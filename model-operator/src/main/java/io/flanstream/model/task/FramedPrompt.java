package io.flanstream.model.task;

import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.TokenizedText;

/**
 * A prompt that knows how many tokens it has without its text.
 *
 * @param task name of the task that asks it
 * @param prompt the prompt
 * @param frameTokens tokens of the prompt round an empty text
 */
record FramedPrompt(String task, Prompt prompt, int frameTokens) {
  /** Tokens by which the parts of a prompt may differ from the whole, where no space parts them. */
  private static final int SLACK = 16;

  static FramedPrompt of(String task, Prompt prompt, TextTokenizer tokenizer) {
    return new FramedPrompt(task, prompt, tokenizer.encode(prompt.with("")).length());
  }

  /**
   * The most tokens of a text with which the prompt fits in a model.
   *
   * @param text the text
   * @param tokens its tokens
   * @return how many of them to keep from the start
   * @throws TaskFailure if it is none, though the text has some
   */
  int fit(String text, TokenizedText tokens, TextModel model) {
    int most = model.maxInputTokens() - 1;
    if (frameTokens + tokens.length() + SLACK <= most) {
      return tokens.length();
    }
    int kept = tokens.length();
    int excess = length(text, tokens, kept, model) - most;
    while (excess > 0 && kept > 0) {
      kept = Math.max(0, kept - excess);
      excess = length(text, tokens, kept, model) - most;
    }
    if (excess > 0 || (kept == 0 && tokens.length() > 0)) {
      throw new TaskFailure(
          TaskFailure.Stage.TOKENIZE,
          ModelException.Code.TOO_MANY_TOKENS.name(),
          "Cannot cut the text for task %s: its prompt must leave room for a token of it in model.max-input-tokens = %d, got %d tokens without the text"
              .formatted(task, model.maxInputTokens(), frameTokens + 1),
          null);
    }
    return kept;
  }

  /** The first tokens of a text. */
  static String cut(String text, TokenizedText tokens, int kept) {
    if (kept == tokens.length()) {
      return text;
    }
    return kept == 0 ? "" : text.substring(0, text.offsetByCodePoints(0, tokens.ends()[kept - 1]));
  }

  private int length(String text, TokenizedText tokens, int kept, TextModel model) {
    return model.tokenizer().encode(prompt.with(cut(text, tokens, kept))).length();
  }
}
