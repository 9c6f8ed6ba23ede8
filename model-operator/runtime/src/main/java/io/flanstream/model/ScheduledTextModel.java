package io.flanstream.model;

import io.flanstream.model.batch.NotFiniteException;
import io.flanstream.model.batch.Replicas;
import io.flanstream.model.batch.Request;
import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.batch.SchedulerClosedException;
import io.flanstream.model.batch.SequenceOutput;
import io.flanstream.model.batch.Share;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.RankedChoices;
import io.flanstream.model.decode.Vocabulary;
import io.flanstream.model.device.DeviceException;
import io.flanstream.model.future.Futures;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A model whose requests go through replicas. */
final class ScheduledTextModel implements TextModel {
  private final Opened opened;
  private final ModelTokenizer tokenizer;
  private final Replicas replicas;
  private final Share share;

  ScheduledTextModel(Opened opened, ModelTokenizer tokenizer, Replicas replicas) {
    this(opened, tokenizer, replicas, Share.DEFAULT);
  }

  private ScheduledTextModel(
      Opened opened, ModelTokenizer tokenizer, Replicas replicas, Share share) {
    this.opened = opened;
    this.tokenizer = tokenizer;
    this.replicas = replicas;
    this.share = share;
  }

  /** What is known of a model that is open. */
  record Opened(
      ModelDescription description,
      T5Config config,
      Vocabulary vocabulary,
      ModelSettings settings) {}

  @Override
  public TextModel withShare(Share own) {
    return new ScheduledTextModel(opened, tokenizer, replicas, own);
  }

  @Override
  public ModelDescription description() {
    return opened.description();
  }

  @Override
  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Vocabulary vocabulary() {
    return opened.vocabulary();
  }

  @Override
  public RuntimeMetrics metrics() {
    return replicas.metrics();
  }

  @Override
  public int maxInputTokens() {
    return opened.settings().maxInputTokens();
  }

  @Override
  public Choices choices(List<String> texts) {
    List<int[]> tokens = texts.stream().map(tokenizer::encode).map(TokenizedText::ids).toList();
    for (int i = 0; i < texts.size(); i++) {
      if (tokens.get(i).length == 0) {
        throw new IllegalArgumentException(
            "Cannot score choice %s: it must have a token, got none for \"%s\""
                .formatted(i, texts.get(i)));
      }
    }
    tokens.forEach(this::refuseUnembedded);
    List<int[]> ended = tokens.stream().map(this::withEnd).toList();
    ChoiceTrie trie = ChoiceTrie.of(ended, opened.config().startId());
    boolean labels = opened.settings().scoreNormalizer() == ModelSettings.ScoreNormalizer.LABELS;
    return new Choices(List.copyOf(texts), labels ? trie.amongEdges() : trie);
  }

  @Override
  public CompletableFuture<ChoiceScores> score(String prompt, Choices choices) {
    return submit(prompt, ids -> Request.score(ids, choices.trie()), ChoiceScores::new);
  }

  @Override
  public CompletableFuture<RankedChoices> best(String prompt, Choices choices, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "Cannot find the best choices: there must be at least one, got " + count);
    }
    ChoiceTrie trie = choices.trie();
    return trie.nodes() > opened.settings().searchPositions()
        ? submit(prompt, ids -> Request.rank(ids, trie, count), ranked -> ranked)
        : submit(
            prompt,
            ids -> Request.score(ids, trie),
            logprobs -> new ChoiceScores(logprobs).ranked(count));
  }

  @Override
  public CompletableFuture<GenerationOutput> generate(String prompt, GenerationConfig decoding) {
    int rows = decoding.strategy() instanceof Beams beams ? beams.count() : 1;
    if (rows > opened.settings().batch().maxDecoding()) {
      throw new IllegalArgumentException(
          "Cannot generate: num-beams must be at most %s = %s, got %s"
              .formatted(
                  ModelKeys.BATCH_MAX_DECODING, opened.settings().batch().maxDecoding(), rows));
    }
    return submit(
        prompt,
        ids ->
            Request.generate(
                ids,
                decoding.writing(
                    opened.vocabulary(), opened.config().startId(), opened.config().endIds())),
        this::generation);
  }

  private <A, B> CompletableFuture<B> submit(
      String prompt, Function<int[], Request<A>> request, Function<A, B> result) {
    int[] ids;
    try {
      ids = withEnd(tokenizer.ids(prompt));
      refuseUnembedded(ids);
    } catch (ModelException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (ids.length > opened.settings().maxInputTokens()) {
      return CompletableFuture.failedFuture(
          new ModelException(
              ModelException.Code.TOO_MANY_TOKENS,
              String.format(
                  Locale.ROOT,
                  "Cannot answer prompt: %,d tokens exceed %s = %s",
                  ids.length,
                  ModelKeys.MAX_INPUT_TOKENS,
                  opened.settings().maxInputTokens())));
    }
    CompletableFuture<A> queued = replicas.submit(share, request.apply(ids));
    CompletableFuture<B> answer = new CompletableFuture<>();
    Futures.forward(
        queued
            .thenApply(result)
            .exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(translated(Futures.cause(failure)))),
        answer);
    Futures.cancelWith(answer, () -> queued.cancel(false));
    return answer;
  }

  private static RuntimeException translated(Throwable failure) {
    if (failure instanceof ModelException already) {
      return already;
    }
    if (failure instanceof SchedulerClosedException) {
      return new ModelException(ModelException.Code.CLOSED, failure.getMessage(), failure);
    }
    if (failure instanceof DeviceException device) {
      ModelException.Code code =
          switch (device.kind()) {
            case OUT_OF_MEMORY -> ModelException.Code.OUT_OF_MEMORY;
            case LOST, FATAL -> ModelException.Code.DEVICE_LOST;
            case FAILED -> ModelException.Code.MODEL_FAILURE;
          };
      return new ModelException(code, failure.getMessage(), failure);
    }
    if (failure instanceof NotFiniteException) {
      return new ModelException(ModelException.Code.NOT_FINITE, failure.getMessage(), failure);
    }
    return new ModelException(
        ModelException.Code.MODEL_FAILURE, String.valueOf(failure.getMessage()), failure);
  }

  private GenerationOutput generation(SequenceOutput written) {
    return new GenerationOutput(
        tokenizer.decode(written.tokens()),
        written.tokens(),
        written.logprobs(),
        written.choiceLogprobs(),
        written.ended());
  }

  /** A tokenizer may have more tokens than the embedding has rows. */
  private void refuseUnembedded(int[] ids) {
    for (int id : ids) {
      if (id >= opened.config().vocabSize()) {
        throw new ModelException(
            ModelException.Code.INVALID_REQUEST,
            "Cannot read token %s: its id must be below the %s rows of the embedding, got %s"
                .formatted(opened.vocabulary().piece(id), opened.config().vocabSize(), id));
      }
    }
  }

  private int[] withEnd(int[] ids) {
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = opened.vocabulary().endId();
    return ended;
  }

  @Override
  public Optional<DeviceLoss> loss() {
    return replicas
        .loss()
        .map(
            device ->
                new DeviceLoss(device.getMessage(), device.kind() == DeviceException.Kind.FATAL));
  }

  @Override
  public boolean release(Duration patience) throws InterruptedException {
    return replicas.release(patience);
  }

  @Override
  public void close() {
    replicas.close();
    tokenizer.close();
  }
}
