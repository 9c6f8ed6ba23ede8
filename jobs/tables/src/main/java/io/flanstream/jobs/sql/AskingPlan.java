package io.flanstream.jobs.sql;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.functions.source.legacy.InputFormatSourceFunction;
import org.apache.flink.streaming.api.transformations.LegacySourceTransformation;
import org.apache.flink.streaming.api.transformations.WithBoundedness;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentImpl;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.operations.CollectModifyOperation;
import org.apache.flink.table.operations.ModifyOperation;
import org.apache.flink.table.operations.Operation;
import org.apache.flink.table.operations.QueryOperation;

/**
 * Whether a statement that asks the model gives the same in streaming mode as in batch mode. Flink
 * asks functions without waiting for each row in streaming mode alone; over tables that end, a plan
 * that only reads, computes and unnests has the same rows in both, and one that groups or sorts
 * what was asked ends with the same.
 */
final class AskingPlan {
  /** How a statement of batch mode gets its rows. */
  enum Way {
    /** As it says. */
    BATCH,
    /** In streaming mode, row by row. */
    STREAMING,
    /** In streaming mode, where rows replace others until all tables have ended. */
    SETTLED,
    /** The same; but where no row comes of it, as it says: a stream has no total of nothing. */
    TOTALS
  }

  /** Flink's option for what sorts rows that do not come in the order of time. */
  static final String SORTS = "__table.exec.sort.non-temporal.enabled__";

  private static final Pattern RUNS =
      Pattern.compile(
          "(SELECT|WITH|INSERT\\s+INTO)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern SELECTS =
      Pattern.compile("(SELECT|WITH)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
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

  /** What is done when all rows are there. */
  private static final Set<String> SETTLES = Set.of("Exchange", "GroupAggregate", "Sort");

  private static final Pattern TOTAL = Pattern.compile("[\\s:|+-]*GroupAggregate\\((?!groupBy=).*");

  private static final Pattern LIMITS = Pattern.compile("[\\s:|+-]*(SortLimit|Rank)\\(.*");

  /** Sinks that need no Flink checkpoint for the rows of a job that ends. */
  private static final Set<String> SINKS =
      Set.of(PipelineTableFactory.NAME, "kafka", "upsert-kafka", "blackhole", "print");

  private AskingPlan() {}

  /** Whether a statement shows rows. */
  static boolean selects(String statement) {
    return SELECTS.matcher(statement.strip()).matches();
  }

  /**
   * How the statement gets the rows of batch mode.
   *
   * @param statement which may ask the model
   * @param batch plans it in batch mode
   * @param streaming plans it in streaming mode, sorted too
   */
  static Way way(String statement, TableEnvironment batch, TableEnvironment streaming) {
    if (!RUNS.matcher(statement.strip()).matches()) {
      return Way.BATCH;
    }
    try {
      // What batch mode refuses, such as a topic that does not end, stays refused.
      List<String> inBatch = nodes(batch.explainSql(statement));
      if (!asksBeforeSorting(inBatch)) {
        return Way.BATCH;
      }
      String asked = Statements.withoutLimit(statement);
      Way way = way(nodes(streaming.explainSql(asked, ExplainDetail.CHANGELOG_MODE)), streaming);
      return way == Way.BATCH || ends(asked, streaming) ? way : Way.BATCH;
    } catch (RuntimeException e) {
      return Way.BATCH;
    }
  }

  private static Way way(List<String> nodes, TableEnvironment streaming) {
    if (nodes.isEmpty()) {
      return Way.BATCH;
    }
    if (nodes.stream().allMatch(node -> isRowByRow(node, streaming))) {
      return Way.STREAMING;
    }
    boolean settles =
        nodes.stream()
            .allMatch(
                node ->
                    isNamed(node, SETTLES)
                        || (isNamed(node, ROW_BY_ROW) && !isNamed(node, Set.of(SINK))));
    return settles ? settled(nodes) : Way.BATCH;
  }

  /** Whether all that is read ends in streaming mode, too: a table of a lake goes on there. */
  private static boolean ends(String statement, TableEnvironment streaming) {
    TableEnvironmentImpl tables = (TableEnvironmentImpl) streaming;
    Operation parsed = tables.getParser().parse(statement).get(0);
    ModifyOperation written =
        parsed instanceof QueryOperation query
            ? new CollectModifyOperation(query)
            : (ModifyOperation) parsed;
    return tables.getPlanner().translate(List.of(written)).stream()
        .flatMap(last -> last.getTransitivePredecessors().stream())
        .allMatch(AskingPlan::ends);
  }

  /** Flink calls constant rows unbounded, but what has a format of inputs reads them to an end. */
  @SuppressWarnings("deprecation") // Flink's own planner still makes such sources.
  private static boolean ends(Transformation<?> source) {
    return !(source instanceof WithBoundedness known)
        || known.getBoundedness() == Boundedness.BOUNDED
        || (source instanceof LegacySourceTransformation<?> legacy
            && legacy.getOperator().getUserFunction() instanceof InputFormatSourceFunction);
  }

  /** Of what a total is united with, rows may come where the total has none. */
  private static Way settled(List<String> nodes) {
    boolean unites = false;
    for (String node : nodes) {
      if (TOTAL.matcher(node).matches()) {
        return unites ? Way.BATCH : Way.TOTALS;
      }
      unites |= isNamed(node, Set.of("Union"));
    }
    return Way.SETTLED;
  }

  private static List<String> nodes(String plan) {
    Matcher physical = PHYSICAL.matcher(plan);
    return physical.find() ? physical.group(1).strip().lines().toList() : List.of();
  }

  /** Whether the model is asked, and about what is sorted, not about the first rows of that. */
  private static boolean asksBeforeSorting(List<String> nodes) {
    boolean asks = false;
    for (String node : nodes) {
      if (asks && LIMITS.matcher(node).matches()) {
        return false;
      }
      asks |= AskingStatements.asks(node);
    }
    return asks;
  }

  private static boolean isNamed(String line, Set<String> names) {
    Matcher node = NODE.matcher(line);
    return node.matches() && names.contains(node.group(1));
  }

  private static boolean isRowByRow(String line, TableEnvironment tables) {
    return isNamed(line, ROW_BY_ROW)
        && (!isNamed(line, Set.of(SINK)) || isCommittedAtTheEnd(line, tables))
        && INSERTS.matcher(line).matches();
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
