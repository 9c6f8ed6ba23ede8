package io.flanstream.model.task;

import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;

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
    return new FramedPrompt(task, prompt, tokenizer.ids(prompt.with("")).length);
  }

  /**
   * The most tokens of a text with which the prompt fits in a model.
   *
   * @param text the text
   * @param model the model
   * @return how many of its tokens to keep from the start
   * @throws TaskFailure if it is none, though the text has some
   */
  int fit(InputText text, TextModel model) {
    int most = model.maxInputTokens() - 1;
    int kept = text.tokens();
    if (frameTokens + kept + SLACK <= most) {
      return kept;
    }
    int excess = length(text, kept, model) - most;
    while (excess > 0 && kept > 0) {
      kept = Math.max(0, kept - excess);
      excess = length(text, kept, model) - most;
    }
    if (excess > 0 || (kept == 0 && text.tokens() > 0)) {
      throw new TaskFailure(
          TaskFailure.Stage.TOKENIZE,
          ModelException.Code.TOO_MANY_TOKENS.name(),
          "Cannot cut the text for task %s: its prompt must leave room for a token of it in model.max-input-tokens = %s, got %s tokens without the text"
              .formatted(task, model.maxInputTokens(), frameTokens + 1),
          null);
    }
    return kept;
  }

  private int length(InputText text, int kept, TextModel model) {
    return model.tokenizer().ids(prompt.with(text.first(kept))).length;
  }
}
