package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsTest {

  @Test
  void cutsAtSemicolons() {
    Statements statements = Statements.split("SELECT 1; SELECT 2 ;\n;SELECT\n3");
    assertThat(statements.complete()).containsExactly("SELECT 1", "SELECT 2");
    assertThat(statements.rest()).isEqualTo("SELECT\n3");
    assertThat(statements.all()).hasSize(3);
  }

  @Test
  void semicolonsInQuotesAndCommentsDoNotCount() {
    String text = "SELECT 'a;''b', `c;d` /* e; */ -- f;\nFROM x";
    assertThat(Statements.split(text + ";")).isEqualTo(Statements.split(text + " ;"));
    assertThat(Statements.split(text + ";").complete()).containsExactly(text);
  }

  @Test
  void whatIsNotClosedIsNotWhole() {
    assertThat(Statements.split("SELECT 'a;").complete()).isEmpty();
    assertThat(Statements.split("SELECT /* a;").complete()).isEmpty();
    assertThat(Statements.split("SELECT 1 -- a;").complete()).isEmpty();
  }
}
