package io.flanstream.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a gateway has, by its {@code SHOW} and {@code DESCRIBE}.
 *
 * @param connection whose session asks
 */
record Tables(GatewayConnection connection) {
  static final String TABLE = "TABLE";
  static final String VIEW = "VIEW";

  private static final Pattern KEY = Pattern.compile("PRI\\((.*)\\)");

  /**
   * A database.
   *
   * @param catalog its catalog
   * @param name its name
   */
  record Database(String catalog, String name) {
    String path() {
      return "%s.%s".formatted(GatewayMetaData.quoted(catalog), GatewayMetaData.quoted(name));
    }
  }

  /**
   * A table or view.
   *
   * @param in its database
   * @param name its name
   * @param type {@value #TABLE} or {@value #VIEW}
   */
  record Table(Database in, String name, String type) {}

  /**
   * A column.
   *
   * @param place its number, from 1
   * @param name its name
   * @param type its type
   * @param declared the type as SQL writes it
   * @param placeInKey its place in the primary key, from 1, where it is part of it
   */
  record Described(
      int place, String name, SqlType type, String declared, Optional<Integer> placeInKey) {}

  List<String> catalogs() throws SQLException {
    return names("SHOW CATALOGS");
  }

  List<Database> databases(String catalog, String pattern) throws SQLException {
    List<Database> databases = new ArrayList<>();
    for (String name : catalogs()) {
      if (catalog == null || catalog.isEmpty() || name.equals(catalog)) {
        for (String database : names("SHOW DATABASES FROM " + GatewayMetaData.quoted(name))) {
          if (matches(pattern, database)) {
            databases.add(new Database(name, database));
          }
        }
      }
    }
    return databases;
  }

  List<Table> tables(String catalog, String schema, String pattern) throws SQLException {
    List<Table> tables = new ArrayList<>();
    for (Database database : databases(catalog, schema)) {
      Set<String> views = new HashSet<>(names("SHOW VIEWS FROM " + database.path()));
      for (String name : names("SHOW TABLES FROM " + database.path())) {
        if (matches(pattern, name)) {
          tables.add(new Table(database, name, views.contains(name) ? VIEW : TABLE));
        }
      }
    }
    return tables;
  }

  List<Described> describe(Table table) throws SQLException {
    List<Described> columns = new ArrayList<>();
    String statement =
        "DESCRIBE %s.%s".formatted(table.in().path(), GatewayMetaData.quoted(table.name()));
    for (Object[] row : connection.rows(statement)) {
      String declared = ((String) row[1]).replace(" *ROWTIME*", "").replace(" *PROCTIME*", "");
      columns.add(
          new Described(
              columns.size() + 1,
              (String) row[0],
              SqlType.declared(declared, !Boolean.FALSE.equals(row[2])),
              declared,
              place((String) row[3], (String) row[0])));
    }
    return columns;
  }

  private static Optional<Integer> place(String key, String column) {
    var names = KEY.matcher(key == null ? "" : key);
    int at =
        names.matches() ? List.of(names.group(1).replace("`", "").split(", ")).indexOf(column) : -1;
    return at < 0 ? Optional.empty() : Optional.of(at + 1);
  }

  private List<String> names(String statement) throws SQLException {
    return connection.rows(statement).stream().map(row -> (String) row[0]).sorted().toList();
  }

  /** Whether a pattern, with % and _ and backslashes before those that mean themselves, fits. */
  static boolean matches(String pattern, String name) {
    if (pattern == null || pattern.isEmpty()) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      boolean escaped = letter == '\\' && i + 1 < pattern.length();
      if (escaped) {
        i++;
        letter = pattern.charAt(i);
      }
      regex.append(
          escaped || (letter != '%' && letter != '_')
              ? Pattern.quote(String.valueOf(letter))
              : letter == '%' ? ".*" : ".");
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
        .matcher(name)
        .matches();
  }

  /** The pattern that only a name fits. */
  static String exactly(String name) {
    return name == null ? null : name.replaceAll("[\\\\%_]", "\\\\$0");
  }
}
