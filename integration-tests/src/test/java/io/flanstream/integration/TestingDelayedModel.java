package io.flanstream.integration;

import com.fasterxml.jackson.databind.node.NullNode;
import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.ModelDescription;
import io.flanstream.model.ModelException;
import io.flanstream.model.ModelException.Code;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextTokenizer;
import io.flanstream.model.TokenizedText;
import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.batch.Share;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Constraint;
import io.flanstream.model.decode.TextNormalizer;
import io.flanstream.model.decode.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers at random moments, out of order, but always the same to the same prompt. A token is a
 * character. Some words in a prompt make it fail.
 */
final class TestingDelayedModel implements TextModel {
  static final String BREAKS = "break the model";
  static final String RUNS_OUT = "run out of memory";
  static final String HANGS = "never answer";
  static final String HANGS_ONCE = "answer the second time";
  static final String CRASHES = "crash the process";
  static final String CLOSES_ONCE = "close the model once";

  private static final AtomicBoolean CLOSED_ONCE = new AtomicBoolean();
  private static final Set<Share> SHARES = ConcurrentHashMap.newKeySet();
  private static final AtomicLong ASKED = new AtomicLong();
  private static final AtomicBoolean HUNG_ONCE = new AtomicBoolean();
  private static final Pattern HANGING_TEXT = Pattern.compile(HANGS + " \\d+");
  private static final Map<CompletableFuture<?>, String> HANGING = new ConcurrentHashMap<>();
  private static final int MOST_LATENCY_MILLIS = 5;
  private static final int END = 1;
  private static final Vocabulary VOCABULARY = vocabularyOfCharacters();

  private final int maxInputTokens;
  private final Random latency = new Random(5);
  private final ScheduledExecutorService device = Executors.newSingleThreadScheduledExecutor();

  /** Whether a prompt has closed the model in this process. */
  static boolean closedOnce() {
    return CLOSED_ONCE.get();
  }

  /** Shares that jobs of this process have asked for. */
  static Set<Share> shares() {
    return Set.copyOf(SHARES);
  }

  @Override
  public TextModel withShare(Share share) {
    SHARES.add(share);
    return this;
  }

  /** How many prompts this process was asked about. */
  static long asked() {
    return ASKED.get();
  }

  /** How many texts with {@value #HANGS} and a number this process is asked about at the moment. */
  static long hanging() {
    return HANGING.values().stream().distinct().count();
  }

  TestingDelayedModel(int maxInputTokens) {
    this.maxInputTokens = maxInputTokens;
  }

  @Override
  public ModelDescription description() {
    return new ModelDescription("testing", "0".repeat(64), "float32");
  }

  @Override
  public TextTokenizer tokenizer() {
    return new CharacterTokenizer();
  }

  @Override
  public Vocabulary vocabulary() {
    return VOCABULARY;
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
        texts, ChoiceTrie.of(texts.stream().map(TestingDelayedModel::ended).toList(), 0));
  }

  @Override
  public CompletableFuture<ChoiceScores> score(String prompt, Choices choices) {
    return answer(
        prompt,
        () ->
            new ChoiceScores(
                choices.texts().stream().mapToDouble(text -> logprob(prompt, text)).toArray()));
  }

  @Override
  public CompletableFuture<GenerationOutput> generate(String prompt, GenerationConfig decoding) {
    return answer(prompt, () -> generation(decoding));
  }

  @Override
  public void close() {
    device.shutdownNow();
  }

  private <T> CompletableFuture<T> answer(String prompt, Supplier<T> making) {
    if (prompt.length() + 1 > maxInputTokens) {
      return failed(
          Code.TOO_MANY_TOKENS,
          "%s tokens exceed %s".formatted(prompt.length() + 1, maxInputTokens));
    }
    ASKED.incrementAndGet();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Matcher hanging = HANGING_TEXT.matcher(prompt);
    if (hanging.find()) {
      HANGING.put(answer, hanging.group());
      var unused = answer.whenComplete((value, thrown) -> HANGING.remove(answer));
    } else if (!prompt.contains(HANGS) && !hangsOnce(prompt)) {
      var unused =
          device.schedule(
              () -> complete(answer, prompt, making),
              latency.nextInt(MOST_LATENCY_MILLIS),
              TimeUnit.MILLISECONDS);
    }
    return answer;
  }

  private static boolean hangsOnce(String prompt) {
    return prompt.contains(HANGS_ONCE) && HUNG_ONCE.compareAndSet(false, true);
  }

  private static <T> void complete(CompletableFuture<T> answer, String prompt, Supplier<T> making) {
    if (prompt.contains(CRASHES)) {
      TestingCrash.now();
    }
    if (prompt.contains(BREAKS)) {
      answer.completeExceptionally(new ModelException(Code.MODEL_FAILURE, "broken on purpose"));
    } else if (prompt.contains(RUNS_OUT)) {
      answer.completeExceptionally(new ModelException(Code.OUT_OF_MEMORY, "full on purpose"));
    } else if (prompt.contains(CLOSES_ONCE) && CLOSED_ONCE.compareAndSet(false, true)) {
      answer.completeExceptionally(new ModelException(Code.CLOSED, "closed on purpose"));
    } else {
      answer.complete(making.get());
    }
  }

  private static <T> CompletableFuture<T> failed(Code code, String message) {
    return CompletableFuture.failedFuture(new ModelException(code, message));
  }

  private static double logprob(String prompt, String choice) {
    return -0.01 - new Random((prompt + '\n' + choice).hashCode()).nextDouble() * 5;
  }

  /** The first token that is allowed, until the answer may end. */
  private static GenerationOutput generation(GenerationConfig decoding) {
    List<Integer> tokens = new ArrayList<>();
    Constraint state = decoding.constraint().orElseThrow();
    while (tokens.isEmpty() || tokens.get(tokens.size() - 1) != END) {
      int[] allowed = state.allowed();
      int token = Arrays.binarySearch(allowed, END) >= 0 ? END : allowed[0];
      tokens.add(token);
      state = token == END ? state : state.next(token);
    }
    int[] ids = tokens.stream().mapToInt(Integer::intValue).toArray();
    double[] logprobs = new double[ids.length];
    Arrays.fill(logprobs, -0.5);
    return new GenerationOutput(VOCABULARY.text(ids), ids, logprobs, logprobs, true);
  }

  private static int[] ended(String text) {
    int[] ids = new CharacterTokenizer().encode(text).ids();
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = END;
    return ended;
  }

  private static Vocabulary vocabularyOfCharacters() {
    List<String> pieces = new ArrayList<>(List.of("<pad>", "</s>", "<unk>", "\u2581"));
    for (char c = '!'; c <= '~'; c++) {
      pieces.add(String.valueOf(c));
    }
    return new Vocabulary(pieces, Set.of(0, 1, 2), 0, END, 2);
  }

  private record CharacterTokenizer() implements TextTokenizer {

    @Override
    public TokenizedText encode(String text) {
      int[] points = text.codePoints().toArray();
      int[] starts = new int[points.length];
      int[] ends = new int[points.length];
      int[] ids = new int[points.length];
      for (int i = 0; i < points.length; i++) {
        starts[i] = i;
        ends[i] = i + 1;
        ids[i] =
            points[i] == ' ' ? 3 : points[i] > '~' || points[i] < '!' ? 2 : points[i] - '!' + 4;
      }
      return new TokenizedText(ids, starts, ends);
    }

    @Override
    public TextNormalizer normalizer() {
      return TextNormalizer.parse(NullNode.getInstance());
    }

    @Override
    public String decode(int[] ids) {
      return VOCABULARY.text(ids);
    }
  }
}
