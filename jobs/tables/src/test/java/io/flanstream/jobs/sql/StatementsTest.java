package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementsTest {

  @Test
  void limitIsWhatTheEndOfAQuerySays() {
    assertThat(Statements.limit("SELECT * FROM t LIMIT 10")).isEqualTo(10);
    assertThat(Statements.limit("with a as (select 1)\nselect * from a\nlimit 3 -- three\n"))
        .isEqualTo(3);
    assertThat(Statements.limit("SELECT 1 UNION ALL SELECT 2 FETCH FIRST 1 ROWS ONLY"))
        .isEqualTo(1);
    assertThat(Statements.limit("SELECT * FROM t -- LIMIT 10")).isEqualTo(Long.MAX_VALUE);
    assertThat(Statements.limit("SELECT * FROM (SELECT * FROM t LIMIT 10)"))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(Statements.limit("SELECT 'a LIMIT 10'")).isEqualTo(Long.MAX_VALUE);
    assertThat(Statements.limit("INSERT INTO t SELECT * FROM u LIMIT 10"))
        .isEqualTo(Long.MAX_VALUE);
  }

  /** Hints and all else stay as they are. */
  @Test
  void aQueryWithoutItsLimitIsTheSameBeforeIt() {
    String hinted = "SELECT * /* all */ FROM t /*+ OPTIONS('a' = 'b LIMIT 1') */";
    assertThat(Statements.withoutLimit(hinted)).isEqualTo(hinted);
    assertThat(Statements.withoutLimit(hinted + " LIMIT 10 -- ten")).isEqualTo(hinted + " ");
    assertThat(Statements.withoutLimit("SELECT 1 -- one\nFETCH NEXT 1 ROW ONLY"))
        .isEqualTo("SELECT 1 -- one\n");
    assertThat(Statements.withoutLimit("SELECT 1 -- LIMIT 1")).isEqualTo("SELECT 1 -- LIMIT 1");
    assertThat(Statements.limit(hinted + " LIMIT 10")).isEqualTo(10);
  }

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

  @Test
  void aStatementSetIsOneStatement() {
    String set =
        "EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND";
    assertThat(Statements.split(set + "; SELECT 1;").complete()).containsExactly(set, "SELECT 1");
    assertThat(Statements.split("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1;").complete())
        .isEmpty();
  }

  @Test
  void commentsBeforeAStatementAreNoPartOfIt() {
    assertThat(Statements.split("-- a;\n/* b */ SELECT 1 /* c */; -- d\nSELECT 2").all())
        .containsExactly("SELECT 1 /* c */", "SELECT 2");
    assertThat(Statements.split("SELECT 1;\n-- the end").all()).containsExactly("SELECT 1");
  }
}
