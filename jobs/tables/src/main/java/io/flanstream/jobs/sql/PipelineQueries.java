package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.internal.TableResultInternal;
import org.apache.flink.table.gateway.api.operation.OperationHandle;
import org.apache.flink.table.gateway.api.results.ResultSet;
import org.apache.flink.table.gateway.api.session.SessionHandle;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;
import org.apache.flink.table.gateway.service.operation.OperationExecutor;
import org.apache.flink.table.gateway.service.result.ResultFetcher;
import org.apache.flink.table.gateway.service.session.Session;

/**
 * Flink's gateway, which remembers the jobs of its queries: it leaves them to run when it stops,
 * and nobody could fetch their rows then. A job that writes goes on. What asks the model runs as
 * {@link SqlSession} runs it.
 */
final class PipelineQueries extends SqlGatewayServiceImpl {
  private final Set<JobID> jobs = ConcurrentHashMap.newKeySet();

  private final Map<SessionHandle, AskingStatements> asking = new ConcurrentHashMap<>();

  PipelineQueries(PipelineSessions sessions) {
    super(sessions);
  }

  @Override
  public ResultSet fetchResults(
      SessionHandle session, OperationHandle operation, long token, int maxRows) {
    ResultSet rows = super.fetchResults(session, operation, token, maxRows);
    if (rows.getResultType() == ResultSet.ResultType.EOS) {
      if (rows.getJobID() != null) {
        jobs.remove(rows.getJobID());
      }
    } else if (rows.getResultType() == ResultSet.ResultType.PAYLOAD
        && rows.isQueryResult()
        && rows.getJobID() != null) {
      jobs.add(rows.getJobID());
    }
    return rows;
  }

  @Override
  public OperationHandle executeStatement(
      SessionHandle handle, String statement, long timeoutMillis, Configuration config) {
    Session session = getSession(handle);
    if (!asking.computeIfAbsent(handle, any -> new AskingStatements()).mayAsk(statement)) {
      return super.executeStatement(handle, statement, timeoutMillis, config);
    }
    return session
        .getOperationManager()
        .submitOperation(operation -> ask(session, operation, statement, config));
  }

  @Override
  public void closeSession(SessionHandle session) {
    asking.remove(session);
    super.closeSession(session);
  }

  /** In batch mode, what asks the model need not wait for each row. */
  private static ResultFetcher ask(
      Session session, OperationHandle operation, String statement, Configuration config) {
    OperationExecutor asked = session.createExecutor(config);
    TableEnvironment batch = asked.getTableEnvironment();
    Configuration inStreams = new Configuration(config);
    inStreams.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    inStreams.setString(AskingPlan.SORTS, "true");
    OperationExecutor executor = session.createExecutor(inStreams);
    TableEnvironment streaming = executor.getTableEnvironment();
    AskingPlan.Way way =
        batch.getConfig().get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH
            ? AskingPlan.way(statement, batch, streaming)
            : AskingPlan.Way.BATCH;
    if (way == AskingPlan.Way.BATCH) {
      return asked.executeStatement(operation, statement);
    }
    if (!AskingPlan.selects(statement)) {
      return executor.executeStatement(operation, statement);
    }
    TableResultInternal result =
        (TableResultInternal) streaming.executeSql(Statements.withoutLimit(statement));
    return ResultFetcher.fromTableResult(
        operation,
        AskedResult.of(
            result,
            way,
            Statements.limit(statement),
            () ->
                (TableResultInternal)
                    session.createExecutor(config).getTableEnvironment().executeSql(statement)),
        true);
  }

  /** Ends the queries that still run, and waits until they have. */
  void cancel(ClusterClient cluster) throws IOException {
    for (JobStatusMessage job : cluster.jobs()) {
      if (jobs.contains(job.getJobId()) && !job.getJobState().isGloballyTerminalState()) {
        cluster.cancel(job.getJobId());
      }
    }
  }
}
