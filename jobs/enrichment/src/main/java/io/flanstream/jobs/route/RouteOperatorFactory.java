package io.flanstream.jobs.route;

import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.serialize.EnrichedRecord;
import java.util.List;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.streaming.api.graph.StreamConfig;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;

/** Makes the operator that says which of the output topics a record goes to. */
public final class RouteOperatorFactory extends AbstractStreamOperatorFactory<EnrichedRecord>
    implements OneInputStreamOperatorFactory<EnrichedRecord, EnrichedRecord> {
  private static final long serialVersionUID = 1L;

  private final CodeGenOperatorFactory<RowData> conditions;
  private final List<AnswerColumn> columns;

  RouteOperatorFactory(CodeGenOperatorFactory<RowData> conditions, List<AnswerColumn> columns) {
    this.conditions = conditions;
    this.columns = columns;
  }

  /**
   * The operator of routes.
   *
   * @param routes the routes, of which the first that a record fulfils is its own
   * @param columns what their conditions are over
   */
  public static RouteOperatorFactory of(List<Route> routes, List<AnswerColumn> columns) {
    return new RouteQuery(columns).operator(routes);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<EnrichedRecord>> T createStreamOperator(
      StreamOperatorParameters<EnrichedRecord> parameters) {
    // The generated operator is run here and not by the task, which is not to count it.
    StreamConfig config = new StreamConfig(parameters.getStreamConfig().getConfiguration().clone());
    config.setOperatorName("route-conditions");
    config.setOperatorID(new OperatorID());
    RouteOutput output = new RouteOutput();
    conditions.setProcessingTimeService(parameters.getProcessingTimeService());
    OneInputStreamOperator<RowData, RowData> generated =
        conditions.createStreamOperator(
            new StreamOperatorParameters<>(
                parameters.getContainingTask(),
                config,
                output,
                parameters::getProcessingTimeService,
                parameters.getOperatorEventDispatcher(),
                parameters.getMailboxExecutor()));
    return (T) new RouteOperator(parameters, generated, output, columns);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return RouteOperator.class;
  }
}
