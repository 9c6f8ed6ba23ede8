package io.flanstream.operators;

import io.flanstream.operators.deadletter.DeadLetters;
import io.flanstream.schemas.DeadLetter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** What a function made of its input. */
public record TestingOutput<O>(List<O> records, List<DeadLetter> deadLetters) {

  /** Runs a function over some input, as Flink would. */
  public static <I, O> TestingOutput<O> of(ProcessFunction<I, O> function, List<I> input)
      throws Exception {
    List<O> records = new ArrayList<>();
    List<DeadLetter> deadLetters = new ArrayList<>();
    function.setRuntimeContext(runtimeContext());
    function.open(null);
    ProcessFunction<I, O>.Context context = context(function, deadLetters);
    for (I element : input) {
      function.processElement(element, context, new TestingCollector<>(records));
    }
    function.close();
    return new TestingOutput<>(records, deadLetters);
  }

  /** Flink's, of which a function may ask for the job alone. */
  private static RuntimeContext runtimeContext() {
    JobInfo job = new JobInfoImpl(new JobID(), "test");
    return (RuntimeContext)
        Proxy.newProxyInstance(
            RuntimeContext.class.getClassLoader(),
            new Class<?>[] {RuntimeContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getJobInfo")) {
                return job;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private static <I, O> ProcessFunction<I, O>.Context context(
      ProcessFunction<I, O> function, List<DeadLetter> deadLetters) {
    return function.new Context() {
      @Override
      public Long timestamp() {
        return null;
      }

      @Override
      public TimerService timerService() {
        throw new UnsupportedOperationException("no timers here");
      }

      @Override
      public <X> void output(OutputTag<X> tag, X value) {
        if (!tag.equals(DeadLetters.TAG)) {
          throw new IllegalArgumentException("unknown side output " + tag);
        }
        deadLetters.add((DeadLetter) value);
      }
    };
  }

  private record TestingCollector<T>(List<T> collected) implements Collector<T> {

    @Override
    public void collect(T value) {
      collected.add(value);
    }

    @Override
    public void close() {}
  }
}
