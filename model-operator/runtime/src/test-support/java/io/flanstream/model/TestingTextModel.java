package io.flanstream.model;

import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A model that answers by rule: a log-probability for each prompt and choice, and for each prompt
 * the text that it would like to write. It writes that as far as the constraint lets it, giving
 * each token a log-probability of -0.1, and else the first token allowed; without a constraint it
 * writes all of it.
 */
public final class TestingTextModel implements TextModel {
  private final TestingTokenizer tokenizer = new TestingTokenizer();
  private final int maxInputTokens;
  private final BiFunction<String, String, Double> logprob;
  private final UnaryOperator<String> answer;
  private final List<String> prompts = new ArrayList<>();
  private final List<CompletableFuture<?>> held = new ArrayList<>();
  private boolean holding;
  private int mostTokens = Integer.MAX_VALUE;

  /** A model that takes prompts of so many tokens, the end token included. */
  public TestingTextModel(
      int maxInputTokens,
      BiFunction<String, String, Double> logprob,
      UnaryOperator<String> answer) {
    this.maxInputTokens = maxInputTokens;
    this.logprob = logprob;
    this.answer = answer;
  }

  /** From now on no request is answered. */
  public TestingTextModel hold() {
    holding = true;
    return this;
  }

  /** From now on no answer has more tokens. */
  public TestingTextModel writingAtMost(int tokens) {
    mostTokens = tokens;
    return this;
  }

  /** All prompts so far. */
  public List<String> prompts() {
    return prompts;
  }

  /** Requests that were held. */
  public List<CompletableFuture<?>> held() {
    return held;
  }

  @Override
  public ModelDescription description() {
    return new ModelDescription("testing", "0".repeat(64), "float32");
  }

  @Override
  public TestingTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Vocabulary vocabulary() {
    return tokenizer.vocabulary();
  }

  @Override
  public RuntimeMetrics metrics() {
    return new RuntimeMetrics();
  }

  @Override
  public int maxInputTokens() {
    return maxInputTokens;
  }

  @Override
  public Choices choices(List<String> texts) {
    return new Choices(
        texts, ChoiceTrie.of(texts.stream().map(tokenizer::ended).toList(), vocabulary().padId()));
  }

  @Override
  public CompletableFuture<ChoiceScores> score(String prompt, Choices choices) {
    return submit(
        prompt,
        () ->
            new ChoiceScores(
                choices.texts().stream()
                    .mapToDouble(choice -> logprob.apply(prompt, choice))
                    .toArray()));
  }

  @Override
  public CompletableFuture<GenerationOutput> generate(String prompt, GenerationConfig decoding) {
    return submit(prompt, () -> write(tokenizer.ended(answer.apply(prompt)), decoding));
  }

  @Override
  public void close() {}

  private <T> CompletableFuture<T> submit(String prompt, Supplier<T> answered) {
    prompts.add(prompt);
    CompletableFuture<T> future = new CompletableFuture<>();
    int tokens = tokenizer.encode(prompt).length() + 1;
    if (holding) {
      held.add(future);
    } else if (tokens > maxInputTokens) {
      future.completeExceptionally(
          new ModelException(
              ModelException.Code.TOO_MANY_TOKENS,
              "Cannot encode prompt: it must have at most %s tokens, got %s"
                  .formatted(maxInputTokens, tokens)));
    } else {
      try {
        future.complete(answered.get());
      } catch (RuntimeException e) {
        future.completeExceptionally(e);
      }
    }
    return future;
  }

  private GenerationOutput write(int[] wanted, GenerationConfig decoding) {
    if (decoding.constraint().isEmpty()) {
      return free(wanted, decoding);
    }
    Constraint state = decoding.constraint().get();
    List<Integer> written = new ArrayList<>();
    int most = Math.min(mostTokens, decoding.maxNewTokens());
    boolean ended = false;
    while (!ended && written.size() < most) {
      int[] allowed = state.allowed();
      Set<Integer> ids = new HashSet<>(IntStream.of(allowed).boxed().toList());
      int at = written.size();
      int token = at < wanted.length && ids.contains(wanted[at]) ? wanted[at] : allowed[0];
      written.add(token);
      ended = token == vocabulary().endId();
      state = ended ? state : state.next(token);
    }
    return output(written.stream().mapToInt(Integer::intValue).toArray(), ended);
  }

  private GenerationOutput free(int[] wanted, GenerationConfig decoding) {
    int most = Math.min(mostTokens, decoding.maxNewTokens());
    return output(Arrays.copyOf(wanted, Math.min(most, wanted.length)), wanted.length <= most);
  }

  private GenerationOutput output(int[] tokens, boolean ended) {
    double[] logprobs = new double[tokens.length];
    Arrays.fill(logprobs, -0.1);
    return new GenerationOutput(
        tokenizer.decode(tokens), tokens, logprobs, logprobs.clone(), ended);
  }
}
