package io.flanstream.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;

/**
 * What {@link DatabaseMetaData} answers of things that Flink has not, such as foreign keys and
 * indices: no rows, in the columns of its documentation, which tools look up before they read.
 */
final class EmptyAnswers {
  private static final String KEYS =
      "PKTABLE_CAT,PKTABLE_SCHEM,PKTABLE_NAME,PKCOLUMN_NAME,FKTABLE_CAT,FKTABLE_SCHEM,FKTABLE_NAME,"
          + "FKCOLUMN_NAME,KEY_SEQ int,UPDATE_RULE int,DELETE_RULE int,FK_NAME,PK_NAME,"
          + "DEFERRABILITY int";

  private static final String ROW_COLUMNS =
      "SCOPE int,COLUMN_NAME,DATA_TYPE int,TYPE_NAME,COLUMN_SIZE int,BUFFER_LENGTH int,"
          + "DECIMAL_DIGITS int,PSEUDO_COLUMN int";

  private static final Map<String, String> COLUMNS =
      Map.ofEntries(
          Map.entry(
              "getAttributes",
              "TYPE_CAT,TYPE_SCHEM,TYPE_NAME,ATTR_NAME,DATA_TYPE int,ATTR_TYPE_NAME,ATTR_SIZE int,"
                  + "DECIMAL_DIGITS int,NUM_PREC_RADIX int,NULLABLE int,REMARKS,ATTR_DEF,"
                  + "SQL_DATA_TYPE int,SQL_DATETIME_SUB int,CHAR_OCTET_LENGTH int,"
                  + "ORDINAL_POSITION int,IS_NULLABLE,SCOPE_CATALOG,SCOPE_SCHEMA,SCOPE_TABLE,"
                  + "SOURCE_DATA_TYPE int"),
          Map.entry("getBestRowIdentifier", ROW_COLUMNS),
          Map.entry("getClientInfoProperties", "NAME,MAX_LEN int,DEFAULT_VALUE,DESCRIPTION"),
          Map.entry(
              "getColumnPrivileges",
              "TABLE_CAT,TABLE_SCHEM,TABLE_NAME,COLUMN_NAME,GRANTOR,GRANTEE,PRIVILEGE,IS_GRANTABLE"),
          Map.entry("getCrossReference", KEYS),
          Map.entry("getExportedKeys", KEYS),
          Map.entry(
              "getFunctionColumns",
              "FUNCTION_CAT,FUNCTION_SCHEM,FUNCTION_NAME,COLUMN_NAME,COLUMN_TYPE int,DATA_TYPE int,"
                  + "TYPE_NAME,PRECISION int,LENGTH int,SCALE int,RADIX int,NULLABLE int,REMARKS,"
                  + "CHAR_OCTET_LENGTH int,ORDINAL_POSITION int,IS_NULLABLE,SPECIFIC_NAME"),
          Map.entry(
              "getFunctions",
              "FUNCTION_CAT,FUNCTION_SCHEM,FUNCTION_NAME,REMARKS,FUNCTION_TYPE int,SPECIFIC_NAME"),
          Map.entry("getImportedKeys", KEYS),
          Map.entry(
              "getIndexInfo",
              "TABLE_CAT,TABLE_SCHEM,TABLE_NAME,NON_UNIQUE bool,INDEX_QUALIFIER,INDEX_NAME,TYPE int,"
                  + "ORDINAL_POSITION int,COLUMN_NAME,ASC_OR_DESC,CARDINALITY int,PAGES int,"
                  + "FILTER_CONDITION"),
          Map.entry(
              "getProcedureColumns",
              "PROCEDURE_CAT,PROCEDURE_SCHEM,PROCEDURE_NAME,COLUMN_NAME,COLUMN_TYPE int,"
                  + "DATA_TYPE int,TYPE_NAME,PRECISION int,LENGTH int,SCALE int,RADIX int,"
                  + "NULLABLE int,REMARKS,COLUMN_DEF,SQL_DATA_TYPE int,SQL_DATETIME_SUB int,"
                  + "CHAR_OCTET_LENGTH int,ORDINAL_POSITION int,IS_NULLABLE,SPECIFIC_NAME"),
          Map.entry(
              "getProcedures",
              "PROCEDURE_CAT,PROCEDURE_SCHEM,PROCEDURE_NAME,RESERVED_1,RESERVED_2,RESERVED_3,REMARKS,"
                  + "PROCEDURE_TYPE int,SPECIFIC_NAME"),
          Map.entry(
              "getPseudoColumns",
              "TABLE_CAT,TABLE_SCHEM,TABLE_NAME,COLUMN_NAME,DATA_TYPE int,COLUMN_SIZE int,"
                  + "DECIMAL_DIGITS int,NUM_PREC_RADIX int,COLUMN_USAGE,REMARKS,"
                  + "CHAR_OCTET_LENGTH int,IS_NULLABLE"),
          Map.entry("getSuperTables", "TABLE_CAT,TABLE_SCHEM,TABLE_NAME,SUPERTABLE_NAME"),
          Map.entry(
              "getSuperTypes",
              "TYPE_CAT,TYPE_SCHEM,TYPE_NAME,SUPERTYPE_CAT,SUPERTYPE_SCHEM,SUPERTYPE_NAME"),
          Map.entry(
              "getTablePrivileges",
              "TABLE_CAT,TABLE_SCHEM,TABLE_NAME,GRANTOR,GRANTEE,PRIVILEGE,IS_GRANTABLE"),
          Map.entry(
              "getUDTs",
              "TYPE_CAT,TYPE_SCHEM,TYPE_NAME,CLASS_NAME,DATA_TYPE int,REMARKS,BASE_TYPE int"),
          Map.entry("getVersionColumns", ROW_COLUMNS));

  private EmptyAnswers() {}

  /** What a method answers that has no rows; a method of a later JDBC has no columns either. */
  static ResultSet of(String method) {
    String columns = COLUMNS.get(method);
    return ResultRows.of(
        columns == null ? List.of() : MetaColumns.of(columns.split(",")), List.of());
  }
}
