package io.flanstream.model;

import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.batch.Share;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.model.decode.Vocabulary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A T5-family model that scores choices and writes text.
 *
 * <p>Thread-safe: requests of all callers meet in one scheduler and share its batches; an answer
 * does not depend on who shares the batch; equal requests in flight are computed once. Whoever
 * opens a model closes it; {@link #close()} fails what is pending with code {@link
 * ModelException.Code#CLOSED}. Cancelling a future, or completing it otherwise, frees its place.
 * Futures are completed on a thread that only does that.
 *
 * <p>Futures fail with a {@link ModelException}.
 */
public interface TextModel extends AutoCloseable {

  /** {@return what the model is: name, hash of the weights, dtype} */
  ModelDescription description();

  /** {@return the model's tokenizer, which the model owns and closes} */
  TextTokenizer tokenizer();

  /** {@return the model's vocabulary} */
  Vocabulary vocabulary();

  /** {@return what the model tells about its work, of all callers together} */
  RuntimeMetrics metrics();

  /** {@return the most tokens that a prompt may have, its end token included} */
  int maxInputTokens();

  /**
   * Prepares a closed set of answers; keep the result where the set is used more than once, since
   * records that share it share the decoder's work.
   *
   * @param texts the answers, at least one, distinct in tokens
   * @return the prepared set
   * @throws IllegalArgumentException if the set is empty, or two texts have the same tokens, or one
   *     has none
   */
  Choices choices(List<String> texts);

  /**
   * Log-probability of each choice after a prompt, the end token included.
   *
   * @param prompt the prompt, without end token
   * @param choices the answers
   * @return natural-log probabilities in the order of the choices
   */
  CompletableFuture<ChoiceScores> score(String prompt, Choices choices);

  /**
   * The most probable choices after a prompt, the same as {@link ChoiceScores#ranked} of all.
   *
   * <p>A set with many positions is searched best-first, which scores few of them; the rest of the
   * distribution, and with it probabilities normalised over the choices, stays unknown.
   *
   * @param prompt the prompt, without end token
   * @param choices the answers
   * @param count how many, the winner included, at least 1
   * @return the winner first
   */
  default CompletableFuture<RankedChoices> best(String prompt, Choices choices, int count) {
    return score(prompt, choices).thenApply(scores -> scores.ranked(count));
  }

  /**
   * This model for a client with a share of its own, such as a job.
   *
   * @param share the client's weight and priority among those that share the model
   * @return the same model under that share; closing one closes both
   */
  default TextModel withShare(Share share) {
    return this;
  }

  /**
   * Writes an answer.
   *
   * @param prompt the prompt, without end token
   * @param decoding how long, what may be written, and how each token is chosen
   * @return the tokens written
   * @throws IllegalArgumentException if it has more beams than rows may decode at once
   */
  CompletableFuture<GenerationOutput> generate(String prompt, GenerationConfig decoding);

  /**
   * Why the model's device is lost; empty while it is not. A lost model answers nothing any more:
   * requests fail with code {@link ModelException.Code#DEVICE_LOST}.
   *
   * @return the loss, the same from then on
   */
  default Optional<DeviceLoss> loss() {
    return Optional.empty();
  }

  /**
   * Closes the devices alone, failing what is pending, and waits until they have let go of their
   * memory. The tokenizer still works, and {@link #close()} must follow.
   *
   * @param patience how long to wait
   * @return false where a call of a lost device has not come back: its memory stays taken
   * @throws InterruptedException if the waiting thread is interrupted
   */
  default boolean release(Duration patience) throws InterruptedException {
    return true;
  }

  @Override
  void close();
}
