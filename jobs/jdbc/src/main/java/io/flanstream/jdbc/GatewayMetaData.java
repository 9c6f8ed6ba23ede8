package io.flanstream.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link DatabaseMetaData}. What it does not answer itself is false, zero, empty or a result
 * without rows. Its short methods look alike because JDBC asks for one a fact.
 */
final class GatewayMetaData {
  private static final String PRODUCT = "Apache Flink";
  private static final String DRIVER = "Flanstream JDBC Driver";

  private final GatewayConnection connection;
  private final Tables tables;

  GatewayMetaData(GatewayConnection connection) {
    this.connection = connection;
    this.tables = new Tables(connection);
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** What a method answers that this class does not have; null where that is an error. */
  static Object unanswered(Method method) {
    Class<?> type = method.getReturnType();
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    if (type == long.class) {
      return 0L;
    }
    if (type == String.class) {
      return "";
    }
    if (type == RowIdLifetime.class) {
      return RowIdLifetime.ROWID_UNSUPPORTED;
    }
    return type == ResultSet.class ? EmptyAnswers.of(method.getName()) : null;
  }

  public ResultSet getCatalogs() throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    tables.catalogs().forEach(catalog -> rows.add(new Object[] {catalog}));
    return ResultRows.of(MetaColumns.of("TABLE_CAT"), rows);
  }

  public ResultSet getSchemas() throws SQLException {
    return getSchemas(null, null);
  }

  public ResultSet getSchemas(String catalog, String pattern) throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    for (Tables.Database database : tables.databases(catalog, pattern)) {
      rows.add(new Object[] {database.name(), database.catalog()});
    }
    return ResultRows.of(MetaColumns.of("TABLE_SCHEM", "TABLE_CATALOG"), rows);
  }

  public ResultSet getTableTypes() {
    return ResultRows.of(
        MetaColumns.of("TABLE_TYPE"),
        List.of(new Object[] {Tables.TABLE}, new Object[] {Tables.VIEW}));
  }

  public ResultSet getTables(String catalog, String schema, String table, String[] types)
      throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    for (Tables.Table found : tables.tables(catalog, schema, table)) {
      if (types == null || List.of(types).contains(found.type())) {
        rows.add(
            new Object[] {
              found.in().catalog(),
              found.in().name(),
              found.name(),
              found.type(),
              null,
              null,
              null,
              null,
              null,
              null
            });
      }
    }
    return ResultRows.of(MetaColumns.TABLES, rows);
  }

  public ResultSet getColumns(String catalog, String schema, String table, String column)
      throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    for (Tables.Table found : tables.tables(catalog, schema, table)) {
      for (Tables.Described described : tables.describe(found)) {
        if (Tables.matches(column, described.name())) {
          rows.add(MetaColumns.column(found, described));
        }
      }
    }
    return ResultRows.of(MetaColumns.COLUMNS, rows);
  }

  public ResultSet getPrimaryKeys(String catalog, String schema, String table) throws SQLException {
    List<Object[]> rows = new ArrayList<>();
    for (Tables.Table found :
        tables.tables(catalog, Tables.exactly(schema), Tables.exactly(table))) {
      for (Tables.Described described : tables.describe(found)) {
        described
            .placeInKey()
            .ifPresent(
                place ->
                    rows.add(
                        new Object[] {
                          found.in().catalog(),
                          found.in().name(),
                          found.name(),
                          described.name(),
                          place,
                          null
                        }));
      }
    }
    return ResultRows.of(MetaColumns.PRIMARY_KEYS, rows);
  }

  public ResultSet getTypeInfo() {
    return ResultRows.of(MetaColumns.TYPES, MetaColumns.types());
  }

  public Connection getConnection() {
    return connection.self();
  }

  public String getURL() {
    return connection.url();
  }

  public String getDatabaseProductName() {
    return PRODUCT;
  }

  public String getDatabaseProductVersion() throws SQLException {
    return connection.version();
  }

  public int getDatabaseMajorVersion() throws SQLException {
    return number(0);
  }

  public int getDatabaseMinorVersion() throws SQLException {
    return number(1);
  }

  private int number(int part) throws SQLException {
    String[] parts = connection.version().split("[.-]");
    return parts.length > part ? Integer.parseInt(parts[part]) : 0;
  }

  public String getDriverName() {
    return DRIVER;
  }

  public String getDriverVersion() {
    return FlanstreamDriver.MAJOR + "." + FlanstreamDriver.MINOR;
  }

  public int getDriverMajorVersion() {
    return FlanstreamDriver.MAJOR;
  }

  public int getDriverMinorVersion() {
    return FlanstreamDriver.MINOR;
  }

  public int getJDBCMajorVersion() {
    return 4;
  }

  public int getJDBCMinorVersion() {
    return 2;
  }

  public String getIdentifierQuoteString() {
    return "`";
  }

  public String getCatalogTerm() {
    return "catalog";
  }

  public String getSchemaTerm() {
    return "database";
  }

  public String getCatalogSeparator() {
    return ".";
  }

  public String getSearchStringEscape() {
    return "\\";
  }

  /** The words that a client has to quote, besides those of SQL:2003. */
  public String getSQLKeywords() {
    return "BYTES,CATALOGS,DATABASES,MODEL,MODELS,RAW,STRING,TABLES,VIEWS,WATERMARK";
  }

  public boolean isCatalogAtStart() {
    return true;
  }

  public boolean supportsCatalogsInDataManipulation() {
    return true;
  }

  public boolean supportsCatalogsInTableDefinitions() {
    return true;
  }

  public boolean supportsSchemasInDataManipulation() {
    return true;
  }

  public boolean supportsSchemasInTableDefinitions() {
    return true;
  }

  public boolean supportsMixedCaseIdentifiers() {
    return true;
  }

  public boolean supportsMixedCaseQuotedIdentifiers() {
    return true;
  }

  public boolean supportsGroupBy() {
    return true;
  }

  public boolean supportsUnion() {
    return true;
  }

  public boolean supportsUnionAll() {
    return true;
  }

  public boolean supportsSubqueriesInExists() {
    return true;
  }

  public boolean supportsSubqueriesInIns() {
    return true;
  }

  public boolean supportsColumnAliasing() {
    return true;
  }

  public boolean supportsResultSetType(int type) {
    return type == ResultSet.TYPE_FORWARD_ONLY;
  }

  public boolean supportsResultSetConcurrency(int type, int concurrency) {
    return supportsResultSetType(type) && concurrency == ResultSet.CONCUR_READ_ONLY;
  }

  public int getDefaultTransactionIsolation() {
    return Connection.TRANSACTION_NONE;
  }

  public int getResultSetHoldability() {
    return ResultSet.CLOSE_CURSORS_AT_COMMIT;
  }

  public int getSQLStateType() {
    return DatabaseMetaData.sqlStateSQL;
  }

  public boolean nullsAreSortedLow() {
    return true;
  }

  public boolean allTablesAreSelectable() {
    return true;
  }
}
