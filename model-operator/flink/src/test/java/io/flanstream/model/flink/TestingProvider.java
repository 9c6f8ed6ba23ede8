package io.flanstream.model.flink;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.DeviceLoss;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.ModelDescription;
import io.flanstream.model.TestingTokenizer;
import io.flanstream.model.TextModel;
import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Vocabulary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Opens models whose answers the test gives; counts them. */
final class TestingProvider implements ModelProvider {
  private static final long serialVersionUID = 1L;

  final transient AtomicInteger opened = new AtomicInteger();
  final transient AtomicInteger closed = new AtomicInteger();

  /** What was asked, for the test to answer. */
  final transient List<Asked> asked = new CopyOnWriteArrayList<>();

  transient volatile DeviceLoss loss;
  final transient CountDownLatch isClosed = new CountDownLatch(1);
  final transient CountDownLatch mayOpen = new CountDownLatch(1);
  private final String name;

  TestingProvider(String name) {
    this.name = name;
  }

  @Override
  public Object key() {
    return name;
  }

  @Override
  public TextModel open() {
    opened.incrementAndGet();
    if (name.startsWith("missing")) {
      throw new IllegalStateException("Cannot open " + name);
    }
    try {
      mayOpen.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Model();
  }

  @Override
  public DeviceLossSettings deviceLoss() {
    return new DeviceLossSettings(
        3,
        Duration.ofHours(1),
        Duration.ZERO,
        Path.of(System.getProperty("java.io.tmpdir"), "flanstream-" + UUID.randomUUID())
            .toString());
  }

  /** A prompt that waits for its answer. */
  static final class Asked extends CompletableFuture<ChoiceScores> {
    private final String prompt;

    Asked(String prompt) {
      this.prompt = prompt;
    }

    /** Bytes of the text: the test's are all of one letter. */
    long bytes() {
      return Pattern.compile("x+(?!.*x)", Pattern.DOTALL)
          .matcher(prompt)
          .results()
          .mapToLong(found -> found.group().length())
          .max()
          .orElse(0);
    }
  }

  private final class Model implements TextModel {
    private final TestingTokenizer tokenizer = new TestingTokenizer();
    private volatile DeviceLoss own;

    @Override
    public ModelDescription description() {
      return new ModelDescription(name, "hash", "float32");
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
      return 512;
    }

    @Override
    public Choices choices(List<String> texts) {
      return new Choices(texts, ChoiceTrie.of(texts.stream().map(tokenizer::ended).toList(), 0));
    }

    @Override
    public CompletableFuture<ChoiceScores> score(String prompt, Choices choices) {
      Asked one = new Asked(prompt);
      asked.add(one);
      return one;
    }

    @Override
    public CompletableFuture<GenerationOutput> generate(String prompt, GenerationConfig decoding) {
      throw new UnsupportedOperationException("only scores here");
    }

    @Override
    public Optional<DeviceLoss> loss() {
      own = own == null ? loss : own;
      return Optional.ofNullable(own);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      isClosed.countDown();
    }
  }
}
