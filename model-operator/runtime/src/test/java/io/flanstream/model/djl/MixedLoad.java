package io.flanstream.model.djl;

import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.ModelException;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanGrammar;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A client that asks a model for everything that it can be asked for, and for what it cannot. */
final class MixedLoad {
  private static final List<String> WORDS =
      List.of("please", "card", "lost", "a table at eight", "play", "music", "in Berlin", "fees");

  /** Numbers and words are remembered by the tokenizer: not so many that memory grows for long. */
  private static final int NUMBERS = 5000;

  private static final int TOO_MANY_WORDS = 400;
  private static final int MOST_WORDS = 60;
  private static final int LONG_ANSWER = 64;

  private final TextModel model;
  private final ConcurrentSkipListMap<String, LongAdder> outcomes;
  private final PieceTrie pieces;
  private final Choices few;
  private final Choices many;
  private final Random random;
  private final Semaphore room;
  private final int inFlight;
  private String last = "";

  /**
   * Prepares a client.
   *
   * @param model the model
   * @param outcomes counts what became of each kind of request
   * @param inFlight the most requests under way
   * @param seed of what is asked
   */
  MixedLoad(
      TextModel model, ConcurrentSkipListMap<String, LongAdder> outcomes, int inFlight, long seed) {
    this.model = model;
    this.outcomes = outcomes;
    this.pieces = PieceTrie.of(model.vocabulary());
    this.few = model.choices(List.of("card", "cash", "music"));
    this.many = model.choices(IntStream.range(0, 20).mapToObj(i -> "a" + 7 * i).toList());
    this.random = new Random(seed);
    this.room = new Semaphore(inFlight);
    this.inFlight = inFlight;
  }

  /** Asks so many times, and waits until all is answered. */
  void run(int requests) throws InterruptedException {
    for (int i = 0; i < requests; i++) {
      room.acquire();
      Kind kind = Kind.drawn(random);
      CompletableFuture<?> answer = ask(kind);
      var unused =
          answer.whenComplete(
              (value, failure) -> {
                count(kind, failure);
                room.release();
              });
      if (kind == Kind.CANCELLED) {
        answer.cancel(false);
      }
    }
    room.acquire(inFlight);
    room.release(inFlight);
  }

  private void count(Kind kind, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String outcome = "answered";
    if (cause instanceof ModelException known) {
      outcome = known.code().name();
    } else if (cause != null) {
      outcome = cause.getClass().getSimpleName();
    }
    outcomes.computeIfAbsent(kind + " " + outcome, any -> new LongAdder()).increment();
  }

  private CompletableFuture<?> ask(Kind kind) {
    String prompt = kind == Kind.REPEATED ? last : prompt(kind);
    last = prompt;
    return switch (kind) {
      case SCORE, REPEATED, OVERLONG, FAILING -> model.score(prompt, few);
      case SCORE_MANY -> model.score(prompt, many);
      case BEST -> model.best(prompt, many, 3);
      case GREEDY -> model.generate(prompt, GenerationConfig.free(tokens()));
      case PENALIZED ->
          model.generate(
              prompt,
              GenerationConfig.free(tokens())
                  .with(new LogitsProcessors(1.3, 2, 3))
                  .stoppingAt(List.of("ab")));
      case SAMPLED ->
          model.generate(
              prompt,
              GenerationConfig.free(tokens()).by(new Sampling(1.2, 20, 0.9, random.nextLong())));
      case BEAMS ->
          model.generate(
              prompt,
              GenerationConfig.free(tokens()).by(new Beams(3, 1, Beams.EarlyStopping.FALSE)));
      case SPAN, CANCELLED ->
          model.generate(prompt, GenerationConfig.constrained(24, grammar(prompt)));
      case FAILING_CONSTRAINT ->
          model.generate(prompt, GenerationConfig.constrained(24, new Unwritable()));
    };
  }

  private int tokens() {
    return random.nextInt(20) == 0 ? LONG_ANSWER : 4 + random.nextInt(12);
  }

  private String prompt(Kind kind) {
    int words =
        kind == Kind.OVERLONG
            ? TOO_MANY_WORDS
            : (int) Math.min(MOST_WORDS, 1 + Math.exp(0.5 + 0.8 * random.nextGaussian()));
    String text =
        IntStream.range(0, words)
            .mapToObj(i -> i % 3 == 2 ? number() : WORDS.get(random.nextInt(WORDS.size())))
            .collect(Collectors.joining(" "));
    return kind == Kind.FAILING ? FaultyDevice.guilty(text) : text + " card";
  }

  private String number() {
    return Integer.toString(random.nextInt(NUMBERS));
  }

  private SpanGrammar grammar(String text) {
    SourceText source = SourceText.of(text, model.tokenizer().normalizer());
    return SpanGrammar.of(source, pieces, AnswerForm.single(model.tokenizer().ids("none")));
  }

  /** Fails at its second token. */
  private record Unwritable() implements Constraint {
    @Override
    public int[] allowed() {
      return new int[] {5, 6};
    }

    @Override
    public Constraint next(int token) {
      throw new IllegalArgumentException("Cannot write token " + token);
    }
  }

  /** What is asked, with its share of a thousand requests. */
  enum Kind {
    SCORE(625),
    SCORE_MANY(80),
    REPEATED(50),
    BEST(25),
    GREEDY(80),
    PENALIZED(15),
    SAMPLED(40),
    BEAMS(5),
    SPAN(30),
    CANCELLED(20),
    OVERLONG(28),
    FAILING(1),
    FAILING_CONSTRAINT(1);

    private final int share;

    Kind(int share) {
      this.share = share;
    }

    private static Kind drawn(Random random) {
      int place = random.nextInt(1000);
      for (Kind kind : values()) {
        place -= kind.share;
        if (place < 0) {
          return kind;
        }
      }
      throw new IllegalStateException("Cannot draw a kind: shares must be 1000 in all");
    }
  }
}
