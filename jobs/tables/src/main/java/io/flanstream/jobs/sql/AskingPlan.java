package io.flanstream.jobs.sql;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Whether a statement that asks the model gives the same in streaming mode as in batch mode. Flink
 * asks functions without waiting for each row in streaming mode alone; over tables that end, a plan
 * that only reads, computes and unnests has the same rows in both.
 */
final class AskingPlan {
  private static final Pattern ASKS =
      Pattern.compile("\\bAI_(CLASSIFY|EXTRACT|MASK|GENERATE)\\s*\\(", Pattern.CASE_INSENSITIVE);
  private static final Pattern RUNS =
      Pattern.compile("(SELECT|INSERT\\s+INTO)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern PHYSICAL =
      Pattern.compile("== Optimized Physical Plan ==\\s(.*?)(?===|\\z)", Pattern.DOTALL);
  private static final Pattern NODE = Pattern.compile("[\\s:|+-]*(\\w+)\\((.*)");
  private static final Pattern INSERTS = Pattern.compile(".*changelogMode=\\[(I|NONE)\\].*");
  private static final Pattern INTO =
      Pattern.compile(".*\\bSink\\(table=\\[([^.\\]]+)\\.([^.\\]]+)\\.([^.\\]]+)\\].*");
  private static final String SINK = "Sink";
  private static final Set<String> ROW_BY_ROW =
      Set.of(
          "TableSourceScan",
          "Calc",
          "AsyncCalc",
          "Correlate",
          "Union",
          "Values",
          "WatermarkAssigner",
          "MLPredictTableFunction",
          SINK);

  /** Sinks that need no Flink checkpoint for the rows of a job that ends. */
  private static final Set<String> SINKS =
      Set.of(PipelineTableFactory.NAME, "kafka", "upsert-kafka", "blackhole", "print");

  private AskingPlan() {}

  /** Whether a text names a function that asks the model. */
  static boolean asks(String statement) {
    return ASKS.matcher(statement).find();
  }

  /**
   * Whether the statement gives the same in streaming mode.
   *
   * @param statement which may ask the model
   * @param batch plans it in batch mode
   * @param streaming plans it in streaming mode
   */
  static boolean isSame(String statement, TableEnvironment batch, TableEnvironment streaming) {
    if (!RUNS.matcher(statement.strip()).matches()) {
      return false;
    }
    try {
      // What batch mode refuses, such as a table that does not end, stays refused.
      return asks(batch.explainSql(statement))
          && isRowByRow(streaming.explainSql(statement, ExplainDetail.CHANGELOG_MODE), streaming);
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static boolean isRowByRow(String plan, TableEnvironment tables) {
    Matcher physical = PHYSICAL.matcher(plan);
    List<String> nodes = physical.find() ? physical.group(1).strip().lines().toList() : List.of();
    return !nodes.isEmpty()
        && nodes.stream()
            .allMatch(
                line -> {
                  Matcher node = NODE.matcher(line);
                  return node.matches()
                      && ROW_BY_ROW.contains(node.group(1))
                      && (!node.group(1).equals(SINK) || isCommittedAtTheEnd(line, tables))
                      && INSERTS.matcher(line).matches();
                });
  }

  private static boolean isCommittedAtTheEnd(String line, TableEnvironment tables) {
    Matcher into = INTO.matcher(line);
    try {
      return into.matches()
          && SINKS.contains(
              tables
                  .getCatalog(into.group(1))
                  .orElseThrow()
                  .getTable(new ObjectPath(into.group(2), into.group(3)))
                  .getOptions()
                  .get(FactoryUtil.CONNECTOR.key()));
    } catch (TableNotExistException e) {
      return false;
    }
  }
}
