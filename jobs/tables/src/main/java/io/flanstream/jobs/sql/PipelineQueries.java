package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.table.gateway.api.operation.OperationHandle;
import org.apache.flink.table.gateway.api.results.ResultSet;
import org.apache.flink.table.gateway.api.session.SessionHandle;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;

/**
 * Flink's gateway, which remembers the jobs of its queries: it leaves them to run when it stops,
 * and nobody could fetch their rows then. A job that writes goes on.
 */
final class PipelineQueries extends SqlGatewayServiceImpl {
  private final Set<JobID> jobs = ConcurrentHashMap.newKeySet();

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

  /** Ends the queries that still run, and waits until they have. */
  void cancel(ClusterClient cluster) throws IOException {
    for (JobStatusMessage job : cluster.jobs()) {
      if (jobs.contains(job.getJobId()) && !job.getJobState().isGloballyTerminalState()) {
        cluster.cancel(job.getJobId());
      }
    }
  }
}
