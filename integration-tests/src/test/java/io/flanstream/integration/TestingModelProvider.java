package io.flanstream.integration;

import io.flanstream.model.TextModel;
import io.flanstream.model.flink.ModelProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens testing models, and counts how often. */
record TestingModelProvider(String name, int maxInputTokens) implements ModelProvider {
  private static final Map<String, AtomicInteger> OPENED = new ConcurrentHashMap<>();

  @Override
  public Object key() {
    return name;
  }

  @Override
  public TextModel open() {
    OPENED.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
    return new TestingDelayedModel(maxInputTokens);
  }

  /** How many models of this name were opened in this process. */
  int opened() {
    return OPENED.getOrDefault(name, new AtomicInteger()).get();
  }
}
