package io.flanstream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTextTest {

  @Test
  void parametersAreOutsideQuotesAndComments() throws SQLException {
    SqlText text = SqlText.of("SELECT '?''?', `?`, ? /* ? */ FROM t -- ?\nWHERE a = ?");
    assertThat(text.parameters()).isEqualTo(2);
    assertThat(text.with(List.of("1", "'b?'")))
        .isEqualTo("SELECT '?''?', `?`, 1 /* ? */ FROM t -- ?\nWHERE a = 'b?'");
  }

  @Test
  void parameterThatIsNotSetIsAnError() {
    assertThatThrownBy(() -> SqlText.of("SELECT ?, ?").with(Arrays.asList("1", null)))
        .isInstanceOf(SQLException.class)
        .hasMessage("Cannot run statement: parameter 2 must be set, got nothing");
  }

  @Test
  void commentsAndTheSemicolonAroundAStatementAreLeftOut() {
    assertThat(SqlText.bare("-- who\n/* what */ SELECT ';' ; ")).isEqualTo("SELECT ';'");
    assertThat(SqlText.bare("-- nothing")).isEmpty();
  }
}
