package io.flanstream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiteralTest {

  @Test
  void valuesAreWrittenAsSqlReadsThem() throws SQLException {
    assertThat(Literal.of(null)).isEqualTo("NULL");
    assertThat(Literal.of("it's")).isEqualTo("'it''s'");
    assertThat(Literal.of(true)).isEqualTo("TRUE");
    assertThat(Literal.of(7)).isEqualTo("7");
    assertThat(Literal.of(-7L)).isEqualTo("(-7)");
    assertThat(Literal.of(Long.MIN_VALUE)).isEqualTo("CAST('-9223372036854775808' AS BIGINT)");
    assertThat(Literal.of(new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(Literal.of(-0.5)).isEqualTo("CAST('-0.5' AS DOUBLE)");
    assertThat(Literal.of(Float.NaN)).isEqualTo("CAST('NaN' AS FLOAT)");
    assertThat(Literal.of(new byte[] {1, (byte) 0xAB})).isEqualTo("X'01AB'");
    assertThat(Literal.of(Date.valueOf("2026-03-02"))).isEqualTo("DATE '2026-03-02'");
    assertThat(Literal.of(Time.valueOf("09:14:05"))).isEqualTo("TIME '09:14:05'");
    assertThat(Literal.of(Timestamp.valueOf("2026-03-02 09:14:05.25")))
        .isEqualTo("TIMESTAMP '2026-03-02 09:14:05.25'");
    assertThat(Literal.of(Instant.ofEpochMilli(1_772_442_845_250L)))
        .isEqualTo("TO_TIMESTAMP_LTZ(1772442845250, 3)");
    assertThat(Literal.of(List.of("a", "b"))).isEqualTo("ARRAY['a', 'b']");
    assertThat(Literal.none(Types.INTEGER)).isEqualTo("CAST(NULL AS INT)");
  }

  @Test
  void valueWithoutALiteralIsAnError() {
    assertThatThrownBy(() -> Literal.of(Thread.State.NEW))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "Cannot set parameter: its class must be one that SQL has literals of, got"
                + " java.lang.Thread$State");
  }
}
