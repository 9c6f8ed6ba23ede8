package io.flanstream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmptyAnswersTest {

  /** Those that the driver does not answer itself. */
  static Stream<String> methods() {
    List<String> own =
        Arrays.stream(GatewayMetaData.class.getDeclaredMethods()).map(Method::getName).toList();
    return Arrays.stream(DatabaseMetaData.class.getMethods())
        .filter(method -> method.getReturnType() == ResultSet.class)
        .map(Method::getName)
        .filter(method -> !own.contains(method))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void haveColumnsWithoutRows(String method) throws SQLException {
    try (ResultSet rows = EmptyAnswers.of(method)) {
      assertThat(rows.getMetaData().getColumnCount()).isGreaterThanOrEqualTo(4);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void columnsAreFoundByTheirNames() throws SQLException {
    try (ResultSet keys = EmptyAnswers.of("getImportedKeys")) {
      assertThat(keys.findColumn("FKCOLUMN_NAME")).isEqualTo(8);
      assertThat(keys.findColumn("DEFERRABILITY")).isEqualTo(14);
    }
    try (ResultSet indices = EmptyAnswers.of("getIndexInfo")) {
      assertThat(indices.findColumn("FILTER_CONDITION")).isEqualTo(13);
    }
  }
}
