package io.flanstream.model;

import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanAnswer;
import io.flanstream.model.decode.SpanGrammar;
import io.flanstream.model.decode.SpanReader;
import java.util.concurrent.CompletableFuture;

/**
 * Answers questions with a part of a text: the decoder can write nothing else but that there is no
 * answer.
 *
 * <p>Thread-safe, as the model is; keep one for many questions, since it prepares the whole
 * vocabulary. The model stays its owner's to close.
 */
public final class SpanFinder {
  private static final int MOST_TOKENS = 256;
  private static final int MOST_BYTES = 4;

  private final TextModel model;
  private final PieceTrie pieces;
  private final AnswerForm form;

  private SpanFinder(TextModel model, String absent) {
    this.model = model;
    this.pieces = PieceTrie.of(model.vocabulary());
    this.form = AnswerForm.single(model.tokenizer().ids(absent));
  }

  /**
   * Prepares questions to a model.
   *
   * @param model the model
   * @param absent what the prompts tell the model to write where the text has no answer
   * @return the questions, for any number of texts and threads
   */
  public static SpanFinder of(TextModel model, String absent) {
    return new SpanFinder(model, absent);
  }

  /**
   * Asks one question.
   *
   * @param prompt the whole prompt, which has the text in it, without end token
   * @param text the text whose parts may be the answer
   * @return where the answer lies in the text, in Unicode code points, with its probability among
   *     all parts of the text; {@link SpanAnswer#absent()} where the model says that there is none.
   *     It fails with a {@link ModelException} as {@link TextModel#generate} does, and with an
   *     {@link IllegalArgumentException} where the most probable answer has over 256 tokens
   */
  public CompletableFuture<SpanAnswer> find(String prompt, String text) {
    SourceText source = SourceText.of(text, model.tokenizer().normalizer());
    int longest = source.length() * (model.vocabulary().hasBytes() ? MOST_BYTES : 1);
    int most = Math.max(form.absent().length, Math.min(longest, MOST_TOKENS)) + 1;
    return model
        .generate(prompt, GenerationConfig.constrained(most, SpanGrammar.of(source, pieces, form)))
        .thenApply(
            written ->
                new SpanReader(source, pieces, form)
                    .read(written.tokenIds(), written.choiceLogprobs())
                    .get(0));
  }
}
