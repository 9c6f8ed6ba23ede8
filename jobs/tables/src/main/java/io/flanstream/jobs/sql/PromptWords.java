package io.flanstream.jobs.sql;

/** Words of the prompt's own, as Flink's client and psql have them. */
final class PromptWords {
  static final String HELP =
      """
      A statement may take several lines and ends with a semicolon.

        \\d                      databases, their tables and views, and columns
        \\d enriched             columns of one, and what is nested in them, by its path in SQL
        \\dt, \\dv, \\df, \\l       tables, views, functions, databases
        \\c live                 USE live
        \\x                      rows as lists of values, and as tables again
        \\format FORMAT          table, expanded, csv or json
        \\pager                  long results a page at a time (PAGER, or less), or not
        \\?, help                this
        \\q, quit                leave; so does Ctrl-D

      SHOW DATABASES;           snapshot ends with what is committed, live goes on, history has
                                what was kept; USE live; changes to one
      SHOW FUNCTIONS; AI_CLASSIFY, AI_EXTRACT, AI_MASK and AI_GENERATE ask the pipeline's
                                model about a row, TRY_AI_CLASSIFY and the like say why a row
                                has no answer; CREATE MODEL and ML_PREDICT(TABLE t,
                                MODEL m, DESCRIPTOR(`text`)) ask about a table.

      SET 'execution.runtime-mode' = 'streaming'; and USE live; show what comes.
      SET 'error-mode' = 'null'; leaves a row null that the model cannot answer.
      SET 'sql-client.execution.result-mode' = 'changelog'; shows every change, with what it does,
                                where a table would be drawn again in its place.
      SET 'sql-client.display.max-column-width' = '120'; makes columns wider than 60.
      SET 'table.local-time-zone' = 'Europe/Berlin'; shows instants in that zone.
      Ctrl-C stops a query that runs, or clears the line.
      date, time, value, start and end are SQL's own words: write `date`, `value`.
      """;

  private PromptWords() {}

  /** The statement, or the one that a word after a backslash stands for. */
  static String meant(String statement) {
    String[] words = statement.split("\\s+", 2);
    return switch (words[0]) {
      case "\\q" -> "quit";
      case "\\?" -> "help";
      case "\\dt" -> "SHOW TABLES";
      case "\\dv" -> "SHOW VIEWS";
      case "\\df" -> "SHOW FUNCTIONS";
      case "\\l" -> "SHOW DATABASES";
      case "\\c" -> words.length == 1 ? "SHOW CURRENT DATABASE" : "USE " + words[1];
      default -> statement;
    };
  }
}
