package io.flanstream.model.flink;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.Decoding;
import io.flanstream.model.Generation;
import io.flanstream.model.ModelDescription;
import io.flanstream.model.TestingTokenizer;
import io.flanstream.model.TextModel;
import io.flanstream.model.batch.RuntimeMetrics;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.decode.Vocabulary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens models whose answers the test gives; counts them. */
final class TestingProvider implements ModelProvider {
  private static final long serialVersionUID = 1L;

  final transient AtomicInteger opened = new AtomicInteger();
  final transient AtomicInteger closed = new AtomicInteger();
  final transient CompletableFuture<ChoiceScores> answer = new CompletableFuture<>();
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

  private final class Model implements TextModel {
    private final TestingTokenizer tokenizer = new TestingTokenizer();

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
      return answer;
    }

    @Override
    public CompletableFuture<Generation> generate(String prompt, Decoding decoding) {
      throw new UnsupportedOperationException("only scores here");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      isClosed.countDown();
    }
  }
}
