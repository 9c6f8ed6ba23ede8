package io.flanstream.model.djl;

import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.batch.BatchSettings;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanGrammar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A model, and records of every kind to be answered alone or all together. */
final class Company implements AutoCloseable {
  private static final String[] WORDS =
      ("please where is my card the rate of exchange for a table at eight tomorrow play some music by"
              + " anna and change pin lost stolen on monday fees why was I charged twice Berlin 300 dollars")
          .split(" ");

  private static final Beams BEAMS = new Beams(3, 1, Beams.EarlyStopping.FALSE);

  private final TextModel model;
  private final List<RecordingDevice> device = new ArrayList<>();
  private final PieceTrie pieces;
  private final List<Choices> choices;

  /**
   * Opens a model.
   *
   * @param directory its checkpoint
   * @param source the program
   * @param dtype arithmetic
   * @param packing layout of the weights
   * @param branch how the program computes
   * @param batch the most records of a batch; one at a time where 1
   */
  Company(
      Path directory,
      String source,
      StoredType dtype,
      Packing packing,
      ProgramBranch branch,
      int batch) {
    Duration wait = batch == 1 ? Duration.ZERO : Duration.ofMillis(500);
    this.model =
        TextModels.open(
            ModelSettings.builder(directory)
                .name("company")
                .dtype(ModelSettings.DataType.FLOAT32)
                .batch(
                    new BatchSettings(
                        Integer.MAX_VALUE,
                        batch,
                        Math.max(BEAMS.count(), 2 * batch),
                        0,
                        wait,
                        Duration.ofMinutes(5)))
                .searchPositions(4)
                .threads(1)
                .build(),
            (checkpoint, vocabulary) -> {
              device.add(
                  new RecordingDevice(
                      DjlDevice.open(
                          source, checkpoint, vocabulary.size(), dtype, packing, branch)));
              return device.get(0);
            });
    this.pieces = PieceTrie.of(model.vocabulary());
    this.choices =
        List.of(
            model.choices(List.of("card", "music")),
            model.choices(
                IntStream.range(0, 40)
                    .mapToObj(i -> text(new Random(i), 1 + i % 4))
                    .distinct()
                    .toList()));
  }

  RecordingDevice device() {
    return device.get(0);
  }

  static String text(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS[random.nextInt(WORDS.length)])
        .collect(Collectors.joining(" "));
  }

  /** Records of every kind, their lengths log-normal. */
  static List<Asked> records(Random random, int count) {
    List<Asked> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int words = (int) Math.min(150, 1 + Math.exp(2.7 + random.nextGaussian()));
      records.add(
          new Asked(
              Kind.values()[random.nextInt(Kind.values().length)],
              text(random, words),
              1 + random.nextInt(24)));
    }
    return records;
  }

  /** Asks for one record's answer. */
  CompletableFuture<Answer> ask(Asked asked) {
    return switch (asked.kind) {
      case SCORE ->
          model
              .score(asked.prompt, choices.get(asked.tokens % 2))
              .thenApply(scores -> new Answer(new int[] {scores.best()}, scores.logprobs()));
      case BEST ->
          model
              .best(asked.prompt, choices.get(1), 3)
              .thenApply(ranked -> new Answer(ranked.choices(), ranked.logprobs()));
      case WRITE ->
          model
              .generate(asked.prompt, GenerationConfig.free(asked.tokens))
              .thenApply(written -> new Answer(written.tokenIds(), written.logprobs()));
      case EXTRACT ->
          model
              .generate(asked.prompt, GenerationConfig.constrained(40, grammar(asked.prompt)))
              .thenApply(written -> new Answer(written.tokenIds(), written.choiceLogprobs()));
      case PENALIZE -> write(asked, decoding -> decoding.with(new LogitsProcessors(1.3, 2, 3)));
      case DRAW -> write(asked, decoding -> decoding.by(new Sampling(1.2, 0, 0.9, asked.tokens)));
      case SEARCH -> write(asked, decoding -> decoding.by(BEAMS));
    };
  }

  private CompletableFuture<Answer> write(Asked asked, UnaryOperator<GenerationConfig> how) {
    return model
        .generate(asked.prompt, how.apply(GenerationConfig.free(3 + asked.tokens)))
        .thenApply(written -> new Answer(written.tokenIds(), written.logprobs()));
  }

  private SpanGrammar grammar(String text) {
    SourceText source = SourceText.of(text, model.tokenizer().normalizer());
    return SpanGrammar.of(source, pieces, AnswerForm.single(model.tokenizer().ids("none")));
  }

  /** Each answer by itself: the next is asked for when the last is there. */
  List<Answer> oneByOne(List<Asked> records) {
    return records.stream().map(record -> ask(record).join()).toList();
  }

  /** All together, the second half once something of the first is answered. */
  List<Answer> together(List<Asked> records) {
    int half = records.size() / 2;
    List<CompletableFuture<Answer>> answers =
        new ArrayList<>(records.subList(0, half).stream().map(this::ask).toList());
    CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
        .exceptionally(CompletionException::new)
        .join();
    records.subList(half, records.size()).forEach(record -> answers.add(ask(record)));
    return answers.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    model.close();
  }

  /** What is asked. */
  enum Kind {
    SCORE,
    BEST,
    WRITE,
    EXTRACT,
    PENALIZE,
    DRAW,
    SEARCH
  }

  /** A record. */
  record Asked(Kind kind, String prompt, int tokens) {}

  /** What was chosen or written, and its log-probabilities. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int[] chosen, double[] logprobs) {

    boolean choosesAs(Answer other) {
      return Arrays.equals(chosen, other.chosen);
    }

    /** The farthest that any log-probability is from another's; infinite where choices differ. */
    double distance(Answer other) {
      if (!choosesAs(other)) {
        return Double.POSITIVE_INFINITY;
      }
      return IntStream.range(0, logprobs.length)
          .mapToDouble(i -> Math.abs(logprobs[i] - other.logprobs[i]))
          .max()
          .orElse(0);
    }

    /** By how much the best two log-probabilities differ. */
    double margin() {
      double[] sorted = Arrays.stream(logprobs).sorted().toArray();
      return sorted[sorted.length - 1] - sorted[sorted.length - 2];
    }
  }
}
