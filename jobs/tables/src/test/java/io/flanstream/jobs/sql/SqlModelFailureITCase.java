package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.local.TestingServers;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is no row's fault fails the query. */
@Timeout(600)
class SqlModelFailureITCase {
  @RegisterExtension private static final TestingServers SERVERS = new TestingServers();

  /** Not even where a row that cannot be answered may be null. */
  @Test
  void aLostDeviceIsNoRowsFault() {
    TableEnvironment tables = restarting();
    tables.executeSql(
        SqlModelITCase.INTENT.replace(
            "'task'",
            "'model.call-timeout' = '1 ms', 'model.device-loss.max' = '1', 'error-mode' = 'null',"
                + " 'task'"));
    assertThatThrownBy(() -> SqlModelITCase.predict(tables, "REPEAT('word ', 300)"))
        .hasStackTraceContaining("model.device-loss.max = 1 times")
        .rootCause()
        .hasMessageContaining("model.call-timeout = PT0.001S");
  }

  private static TableEnvironment restarting() {
    TableEnvironment tables = TestingSql.environment("streaming", SERVERS.flink());
    tables.getConfig().set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    tables
        .getConfig()
        .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    return tables;
  }

  @Test
  void checkpointThatIsNotThereEndsTheJobWithoutRestarts() {
    TableEnvironment tables = restarting();
    tables.executeSql(SqlModelITCase.INTENT.replace(TestingSql.MODEL.toString(), "/nowhere/flan"));
    assertThatThrownBy(() -> SqlModelITCase.predict(tables, "'word'"))
        .rootCause()
        .hasMessageContaining("/nowhere/flan");
  }
}
