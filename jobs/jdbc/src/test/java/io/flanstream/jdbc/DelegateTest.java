package io.flanstream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Struct;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DelegateTest {

  static Stream<Arguments> delegates() {
    return Stream.of(
        Arguments.of(Connection.class, GatewayConnection.class),
        Arguments.of(Statement.class, GatewayStatement.class),
        Arguments.of(PreparedStatement.class, GatewayPreparedStatement.class),
        Arguments.of(ParameterMetaData.class, GatewayPreparedStatement.Parameters.class),
        Arguments.of(ResultSet.class, ResultRows.class),
        Arguments.of(ResultSetMetaData.class, ResultColumns.class),
        Arguments.of(DatabaseMetaData.class, GatewayMetaData.class),
        Arguments.of(Array.class, SqlArray.class),
        Arguments.of(Struct.class, SqlStruct.class));
  }

  /** A method whose name or parameters are not JDBC's would never be called. */
  @ParameterizedTest
  @MethodSource("delegates")
  void publicMethodsAreThoseOfTheInterface(Class<?> type, Class<?> delegate)
      throws NoSuchMethodException {
    for (Method method : delegate.getDeclaredMethods()) {
      boolean own =
          !Modifier.isPublic(method.getModifiers())
              || Modifier.isStatic(method.getModifiers())
              || method.isSynthetic();
      boolean ofRecord =
          delegate.isRecord()
              && (method.getParameterCount() == 0 || method.getName().equals("equals"))
              && !method.getName().startsWith("get")
              && !method.getName().equals("free");
      if (!own && !ofRecord && !method.getName().equals("toString")) {
        assertThat(type.getMethod(method.getName(), method.getParameterTypes()).getReturnType())
            .as(method.toString())
            .isAssignableFrom(method.getReturnType());
      }
    }
  }

  @Test
  void otherMethodsAreNotSupported() throws SQLException {
    try (ResultSet rows = ResultRows.of(MetaColumns.of("a"), List.of())) {
      assertThatThrownBy(rows::previous)
          .isInstanceOf(SQLFeatureNotSupportedException.class)
          .hasMessage("Cannot call ResultSet.previous: the driver must support it, and does not");
      assertThat(rows.isWrapperFor(ResultSet.class)).isTrue();
      assertThat(rows.unwrap(ResultSet.class)).isSameAs(rows);
      assertThatThrownBy(() -> rows.unwrap(String.class))
          .isInstanceOf(SQLException.class)
          .hasMessage("Cannot unwrap: the type must be java.sql.ResultSet, got java.lang.String");
    }
  }
}
