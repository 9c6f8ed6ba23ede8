package io.flanstream.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Columns of what {@link DatabaseMetaData} answers, as its documentation lists them. */
final class MetaColumns {
  static final List<ResultColumns.Column> TABLES =
      of(
          "TABLE_CAT",
          "TABLE_SCHEM",
          "TABLE_NAME",
          "TABLE_TYPE",
          "REMARKS",
          "TYPE_CAT",
          "TYPE_SCHEM",
          "TYPE_NAME",
          "SELF_REFERENCING_COL_NAME",
          "REF_GENERATION");

  static final List<ResultColumns.Column> COLUMNS =
      of(
          "TABLE_CAT",
          "TABLE_SCHEM",
          "TABLE_NAME",
          "COLUMN_NAME",
          "DATA_TYPE int",
          "TYPE_NAME",
          "COLUMN_SIZE int",
          "BUFFER_LENGTH int",
          "DECIMAL_DIGITS int",
          "NUM_PREC_RADIX int",
          "NULLABLE int",
          "REMARKS",
          "COLUMN_DEF",
          "SQL_DATA_TYPE int",
          "SQL_DATETIME_SUB int",
          "CHAR_OCTET_LENGTH int",
          "ORDINAL_POSITION int",
          "IS_NULLABLE",
          "SCOPE_CATALOG",
          "SCOPE_SCHEMA",
          "SCOPE_TABLE",
          "SOURCE_DATA_TYPE int",
          "IS_AUTOINCREMENT",
          "IS_GENERATEDCOLUMN");

  static final List<ResultColumns.Column> PRIMARY_KEYS =
      of("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME", "KEY_SEQ int", "PK_NAME");

  static final List<ResultColumns.Column> TYPES =
      of(
          "TYPE_NAME",
          "DATA_TYPE int",
          "PRECISION int",
          "LITERAL_PREFIX",
          "LITERAL_SUFFIX",
          "CREATE_PARAMS",
          "NULLABLE int",
          "CASE_SENSITIVE bool",
          "SEARCHABLE int",
          "UNSIGNED_ATTRIBUTE bool",
          "FIXED_PREC_SCALE bool",
          "AUTO_INCREMENT bool",
          "LOCAL_TYPE_NAME",
          "MINIMUM_SCALE int",
          "MAXIMUM_SCALE int",
          "SQL_DATA_TYPE int",
          "SQL_DATETIME_SUB int",
          "NUM_PREC_RADIX int");

  private static final int DECIMAL_RADIX = 10;

  private MetaColumns() {}

  /** Columns by their names, and behind a blank their types where those are not text. */
  static List<ResultColumns.Column> of(String... declared) {
    return Stream.of(declared)
        .map(
            column -> {
              String[] words = column.split(" ");
              SqlType type =
                  words.length == 1
                      ? SqlType.STRING
                      : words[1].equals("int") ? SqlType.INT : SqlType.BOOLEAN;
              return new ResultColumns.Column(words[0], type);
            })
        .toList();
  }

  /** A row of {@link #COLUMNS}. */
  static Object[] column(Tables.Table table, Tables.Described column) {
    SqlType type = column.type();
    boolean text = type.jdbcType() == Types.VARCHAR || type.jdbcType() == Types.CHAR;
    return new Object[] {
      table.in().catalog(),
      table.in().name(),
      table.name(),
      column.name(),
      type.jdbcType(),
      column.declared(),
      type.precision(),
      null,
      type.isNumber() ? type.scale() : null,
      DECIMAL_RADIX,
      type.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
      null,
      null,
      null,
      null,
      text ? type.precision() : null,
      column.place(),
      type.nullable() ? "YES" : "NO",
      null,
      null,
      null,
      null,
      "NO",
      ""
    };
  }

  /** Rows of {@link #TYPES}. */
  static List<Object[]> types() {
    List<Object[]> rows = new ArrayList<>();
    for (String declared :
        List.of(
            "TINYINT",
            "BIGINT",
            "BYTES",
            "CHAR(1)",
            "DECIMAL(38, 18)",
            "INT",
            "SMALLINT",
            "FLOAT",
            "DOUBLE",
            "STRING",
            "BOOLEAN",
            "DATE",
            "TIME(0)",
            "TIMESTAMP(9)",
            "TIMESTAMP_LTZ(9)",
            "MAP",
            "ROW",
            "ARRAY")) {
      SqlType type = SqlType.declared(declared, true);
      boolean text = type.jdbcType() == Types.VARCHAR || type.jdbcType() == Types.CHAR;
      rows.add(
          new Object[] {
            declared.replaceAll("\\(.*", ""),
            type.jdbcType(),
            type.precision(),
            text ? "'" : null,
            text ? "'" : null,
            declared.startsWith("DECIMAL") ? "precision, scale" : null,
            DatabaseMetaData.typeNullable,
            text,
            DatabaseMetaData.typeSearchable,
            !type.isNumber(),
            false,
            false,
            null,
            0,
            type.scale(),
            null,
            null,
            DECIMAL_RADIX
          });
    }
    return rows;
  }
}
