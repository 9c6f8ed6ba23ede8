package io.flanstream.jobs.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/** What there is to ask, for people. */
final class Description {
  private final TableEnvironment tables;

  Description(TableEnvironment tables) {
    this.tables = tables;
  }

  /** Tables and views of each database of the current catalog, the current one first. */
  SqlResult databases() {
    Catalog catalog = tables.getCatalog(tables.getCurrentCatalog()).orElseThrow();
    String current = tables.getCurrentDatabase();
    List<Row> rows = new ArrayList<>();
    for (String temporary : tables.listTemporaryTables()) {
      rows.add(Row.of(current, temporary, "temporary", ""));
    }
    Stream.concat(
            Stream.of(current),
            catalog.listDatabases().stream().filter(name -> !name.equals(current)).sorted())
        .forEach(database -> rows.addAll(of(catalog, database)));
    return SqlResult.texts(List.of("database", "name", "kind", "columns"), rows);
  }

  private static List<Row> of(Catalog catalog, String database) {
    try {
      List<Row> rows = new ArrayList<>();
      for (String name : catalog.listTables(database).stream().sorted().toList()) {
        CatalogBaseTable table = catalog.getTable(new ObjectPath(database, name));
        rows.add(
            Row.of(
                database,
                name,
                table.getTableKind() == CatalogBaseTable.TableKind.VIEW ? "view" : "table",
                table.getUnresolvedSchema().getColumns().stream()
                    .map(Schema.UnresolvedColumn::getName)
                    .collect(Collectors.joining(", "))));
      }
      return rows;
    } catch (DatabaseNotExistException | TableNotExistException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Columns of a table or view, and what is nested in them, each by its path in SQL. */
  SqlResult columns(String name) {
    List<Row> rows = new ArrayList<>();
    for (Column column : tables.from(name).getResolvedSchema().getColumns()) {
      add(quoted(column.getName()), column.getDataType().getLogicalType(), rows);
    }
    return SqlResult.texts(List.of("column", "type"), rows);
  }

  private static void add(String path, LogicalType type, List<Row> rows) {
    rows.add(Row.of(path, isNested(type) ? outer(type) : type.asSummaryString()));
    nested(path, type, rows);
  }

  private static void nested(String path, LogicalType type, List<Row> rows) {
    if (type instanceof RowType row) {
      row.getFields()
          .forEach(field -> add(path + "." + quoted(field.getName()), field.getType(), rows));
    } else if (type instanceof ArrayType array) {
      nested(path + "[1]", array.getElementType(), rows);
    } else if (type instanceof MapType map) {
      nested(path + "['key']", map.getValueType(), rows);
    }
  }

  /** Whether rows follow that say what is in it. */
  private static boolean isNested(LogicalType type) {
    return type instanceof RowType || type.getChildren().stream().anyMatch(Description::isNested);
  }

  /** The type without the fields of the rows in it. */
  private static String outer(LogicalType type) {
    String outer = "ROW";
    if (type instanceof ArrayType array) {
      outer = "ARRAY<%s>".formatted(outer(array.getElementType()));
    } else if (type instanceof MapType map) {
      outer = "MAP<%s, %s>".formatted(map.getKeyType(), outer(map.getValueType()));
    } else if (!(type instanceof RowType)) {
      return type.asSummaryString();
    }
    return type.isNullable() ? outer : outer + " NOT NULL";
  }

  private static String quoted(String name) {
    return SqlHints.isReserved(name) || !name.matches("[A-Za-z_]\\w*") ? "`" + name + "`" : name;
  }
}
