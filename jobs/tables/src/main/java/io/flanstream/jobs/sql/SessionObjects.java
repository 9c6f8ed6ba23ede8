package io.flanstream.jobs.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.table.api.TableEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session made that no catalog keeps, such as temporary views: each of its environments has
 * it, as if all were one. One thread only.
 */
final class SessionObjects {
  private static final Logger LOG = LoggerFactory.getLogger(SessionObjects.class);
  private static final Pattern MAKES =
      Pattern.compile(
          "((CREATE|ALTER|DROP)\\s+TEMPORARY|(LOAD|UNLOAD)\\s+MODULE|USE\\s+MODULES"
              + "|(ADD|REMOVE)\\s+JAR)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final List<Made> made = new ArrayList<>();

  /**
   * Does in the others what was done in one.
   *
   * @param statement which was run
   * @param in where
   * @param all environments of the session
   */
  void add(String statement, TableEnvironment in, Collection<TableEnvironment> all) {
    if (!MAKES.matcher(statement.strip()).matches()) {
      return;
    }
    Made now = new Made(in.getCurrentCatalog(), in.getCurrentDatabase(), statement);
    made.add(now);
    all.stream().filter(other -> other != in).forEach(now::makeIn);
  }

  /** Makes all of it, in order. */
  void makeIn(TableEnvironment tables) {
    made.forEach(one -> one.makeIn(tables));
  }

  private record Made(String catalog, String database, String statement) {

    void makeIn(TableEnvironment tables) {
      try {
        tables.useCatalog(catalog);
        tables.useDatabase(database);
        tables.executeSql(statement);
      } catch (RuntimeException e) {
        LOG.debug("The other mode has no use for: {}", statement, e);
      }
    }
  }
}
