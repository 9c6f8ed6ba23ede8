package io.flanstream.jobs.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * A source of topics for a query. Each of its readers ends when it has emitted as many rows as the
 * query wants, and where Kafka refuses a topic, the error names it.
 *
 * @param <T> rows
 * @param <S> what a reader reads
 * @param <C> state of the enumerator
 */
final class TopicSource<T, S extends SourceSplit, C>
    implements Source<T, S, C>, LineageVertexProvider {
  private static final long serialVersionUID = 1L;

  private final Source<T, S, C> source;
  private final String topics;
  private final long limit;

  /**
   * Wraps a source.
   *
   * @param source the source, which says where it reads
   * @param topics names of its topics
   * @param limit how many rows are enough
   */
  TopicSource(Source<T, S, C> source, String topics, long limit) {
    this.source = source;
    this.topics = topics;
    this.limit = limit;
  }

  @Override
  public LineageVertex getLineageVertex() {
    return ((LineageVertexProvider) source).getLineageVertex();
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    return new LimitedReader<>(source.createReader(context), limit);
  }

  @Override
  public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return source.createEnumerator(naming(context));
  }

  @Override
  public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C state)
      throws Exception {
    return source.restoreEnumerator(naming(context), state);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<C> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  /** The context, in which what fails because a topic is refused says which. */
  @SuppressWarnings("unchecked")
  private SplitEnumeratorContext<S> naming(SplitEnumeratorContext<S> context) {
    return (SplitEnumeratorContext<S>)
        Proxy.newProxyInstance(
            TopicSource.class.getClassLoader(),
            new Class<?>[] {SplitEnumeratorContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("callAsync")) {
                Callable<?> asked = (Callable<?>) arguments[0];
                arguments[0] = (Callable<?>) () -> named(asked);
              }
              try {
                return method.invoke(context, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private <V> V named(Callable<V> asked) throws Exception {
    try {
      return asked.call();
    } catch (Exception e) {
      if (ExceptionUtils.findThrowable(e, TopicAuthorizationException.class).isPresent()) {
        throw new TopicAuthorizationException(refused(topics));
      }
      throw e;
    }
  }

  /** What an error says of topics that may not be read. */
  static String refused(String topics) {
    return "Kafka must allow Read on topic " + topics;
  }
}
