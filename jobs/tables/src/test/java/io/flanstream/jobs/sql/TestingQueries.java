package io.flanstream.jobs.sql;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Queries by seeds, in what Flink's SQL and DuckDB's have in common. Each has the columns {@code
 * k}, a text, {@code d}, a double, and {@code n}, a long.
 */
final class TestingQueries {
  /** Columns by a letter of their type: Text, Double, Long, Boolean, time (M). */
  private static final Map<String, Map<String, String>> TABLES =
      Map.of(
          "answers",
          Map.of(
              "T", "id intent amount date size",
              "D", "intent_score price",
              "L", "seats @event_time",
              "M", "event_time"),
          "classifications",
          Map.of("T", "id task label", "D", "score", "B", "abstained", "M", "event_time"),
          "extractions",
          Map.of("T", "id field value type typed_value", "D", "score", "L", "start end"),
          "enriched",
          Map.of(
              "T",
              "id text model.dtype attributes['channel'] classifications[1].label"
                  + " status[2].code extractions[1].fields[2].value",
              "D",
              "classifications[1].score",
              "L",
              "fidelity.inputTokens fidelity.unknownTokens source.offset #classifications"
                  + " #extractions @event_time",
              "M",
              "event_time"),
          "dead_letters",
          Map.of(
              "T", "stage code message leftOut[1]", "L", "payloadLength attempts source.offset"));

  private static final List<String> JOINED = List.of("answers", "classifications", "extractions");
  private static final List<String> DATED =
      List.of("answers", "classifications", "enriched", "extractions");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final Random random;
  private final Where where;
  private String one;
  private String other;

  /**
   * Where queries run, and so what they may have.
   *
   * @param deadLetters whether there are dead letters
   * @param streaming whether in streaming mode, where OVER windows want a time order, and where an
   *     aggregate over nothing has no row and so NOT IN nothing lets no row through
   * @param tumbles whether windows of time end
   * @param inserts whether no row may replace another
   * @param recordTime a time of records; null where there is none, but a day
   */
  record Where(
      boolean deadLetters,
      boolean streaming,
      boolean tumbles,
      boolean inserts,
      LocalDateTime recordTime) {}

  private TestingQueries(long seed, Where where) {
    this.random = new Random(seed);
    this.where = where;
  }

  /** The query of a seed, with identifiers in backticks. */
  static String of(long seed, Where where) {
    return new TestingQueries(seed, where).query();
  }

  private String query() {
    one = chosen(where.deadLetters() ? TABLES.keySet().stream().sorted().toList() : DATED);
    if (where.inserts()) {
      return switch (random.nextInt(4)) {
        case 0 -> plain("");
        case 1 -> matched("JOIN");
        case 2 -> overTime();
        default -> windows();
      };
    }
    int shape = random.nextInt(where.tumbles() ? 12 : 10);
    return switch (shape) {
      case 0 -> plain(random.nextInt(3) == 0 ? "DISTINCT " : "");
      case 1, 2 -> {
        String key = text(1);
        yield "SELECT %s AS k, %s AS d, %s AS n FROM `%s` AS a WHERE %s GROUP BY %s%s"
            .formatted(
                key,
                aggregate(),
                count(),
                one,
                condition(2),
                key,
                random.nextInt(3) == 0 ? " HAVING COUNT(*) > 1" : "");
      }
      case 3 ->
          "SELECT 'all' AS k, %s AS d, %s AS n FROM `%s` AS a WHERE %s%s"
              .formatted(
                  aggregate(),
                  count(),
                  one,
                  condition(2),
                  where.streaming() ? " HAVING COUNT(*) > 0" : "");
      case 4 -> matched(chosen(List.of("JOIN", "LEFT JOIN", "FULL JOIN")));
      case 5 -> {
        one = chosen(JOINED);
        String body =
            "SELECT %s AS k, %s AS d, %s AS n FROM `%s` AS a WHERE "
                .formatted(text(1), number(1), whole(1), one);
        boolean in = where.streaming() || random.nextBoolean();
        String outer = one;
        one = chosen(JOINED);
        String inner = condition(1);
        String sub =
            in
                ? "a.`id` IN (SELECT a.`id` FROM `%s` AS a WHERE %s)".formatted(one, inner)
                : "a.`id` NOT IN (SELECT a.`id` FROM `%s` AS a WHERE %s)".formatted(one, inner);
        one = outer;
        yield body + sub;
      }
      case 6 -> where.streaming() ? where.tumbles() ? overTime() : plain("DISTINCT ") : over();
      case 7 -> first();
      case 8 -> existing();
      case 9 -> both();
      default -> windows();
    };
  }

  private String plain(String distinct) {
    return "SELECT %s%s AS k, %s AS d, %s AS n FROM `%s` AS a WHERE %s"
        .formatted(distinct, text(2), number(2), whole(2), one, condition(2));
  }

  /** The first rows by a key. */
  private String first() {
    one = random.nextBoolean() ? "answers" : "enriched";
    String from =
        "(SELECT * FROM `%s` ORDER BY `id`%s LIMIT %s%s)"
            .formatted(
                one,
                chosen(List.of("", " DESC")),
                1 + random.nextInt(20),
                where.streaming() ? "" : chosen(List.of("", " OFFSET 3")));
    return "SELECT %s AS k, %s AS d, %s AS n FROM %s AS a WHERE %s"
        .formatted(text(1), number(1), whole(1), from, condition(1));
  }

  private String existing() {
    one = random.nextBoolean() ? "answers" : "enriched";
    String body =
        "SELECT %s AS k, %s AS d, %s AS n FROM `%s` AS a WHERE "
            .formatted(text(1), number(1), whole(1), one);
    // Flink plans no correlation with what is unnested.
    one = random.nextBoolean() ? "answers" : "enriched";
    return body
        + "%sEXISTS (SELECT 1 FROM `%s` AS b WHERE b.`id` = a.`id` AND %s)"
            .formatted(random.nextBoolean() ? "NOT " : "", one, condition(1).replace("a.", "b."));
  }

  private String both() {
    String left =
        "SELECT %s AS k, 0E0 AS d, %s AS n FROM `%s` AS a WHERE %s"
            .formatted(text(1), whole(0), one, condition(1));
    one = chosen(DATED);
    return "%s %s SELECT %s AS k, 0E0 AS d, %s AS n FROM `%s` AS a WHERE %s"
        .formatted(
            left,
            chosen(List.of("UNION", "UNION ALL", "INTERSECT", "EXCEPT")),
            text(1),
            whole(0),
            one,
            condition(1));
  }

  private String windows() {
    one = chosen(DATED);
    String key = text(0);
    String window =
        chosen(
            List.of(
                "TUMBLE(TABLE `%s`, DESCRIPTOR(`event_time`), INTERVAL '1' HOUR)",
                "HOP(TABLE `%s`, DESCRIPTOR(`event_time`), INTERVAL '30' MINUTE, INTERVAL '1' HOUR)",
                "CUMULATE(TABLE `%s`, DESCRIPTOR(`event_time`), INTERVAL '30' MINUTE, INTERVAL '1'"
                    + " HOUR)"));
    return ("SELECT %s AS k, %s AS d, %s AS n FROM TABLE(%s) AS a WHERE %s GROUP BY window_start,"
            + " window_end, %s")
        .formatted(
            key,
            aggregate(),
            random.nextBoolean() ? count() : "EXTRACT(HOUR FROM window_start)",
            window.formatted(one),
            condition(1),
            key);
  }

  /** The hour before each row. */
  private String overTime() {
    one = chosen(DATED);
    String window =
        ("OVER (PARTITION BY %s ORDER BY a.`event_time` RANGE BETWEEN INTERVAL '1' HOUR PRECEDING"
                + " AND CURRENT ROW)")
            .formatted(text(0));
    return "SELECT %s AS k, MAX(%s) %s AS d, COUNT(%s) %s AS n FROM `%s` AS a WHERE %s"
        .formatted(text(1), number(1), window, text(0), window, one, condition(1));
  }

  private String matched(String kind) {
    one = chosen(JOINED);
    other = chosen(JOINED);
    String first = one;
    String left = condition(1);
    String leftText = text(1);
    String leftNumber = number(1);
    one = other;
    String right = condition(1).replace("a.", "b.");
    String rightWhole = whole(1).replace("a.", "b.");
    one = first;
    return where.inserts() || random.nextBoolean()
        ? "SELECT %s AS k, %s AS d, %s AS n FROM `%s` AS a %s `%s` AS b ON a.`id` = b.`id` WHERE %s"
            .formatted(
                leftText,
                leftNumber,
                rightWhole,
                one,
                kind,
                other,
                random.nextBoolean() ? left : right)
        : ("SELECT %s AS k, SUM(%s) AS d, COUNT(*) AS n FROM `%s` AS a %s `%s` AS b"
                + " ON a.`id` = b.`id` WHERE %s OR %s GROUP BY %s")
            .formatted(leftText, leftNumber, one, kind, other, left, right, leftText);
  }

  private String over() {
    String window = "OVER (PARTITION BY %s)".formatted(text(0));
    String ranked = "OVER (PARTITION BY %s ORDER BY %s)".formatted(text(0), text(0));
    return "SELECT %s AS k, %s %s AS d, %s AS n FROM `%s` AS a WHERE %s"
        .formatted(
            text(1),
            "MAX(%s)".formatted(number(1)),
            window,
            random.nextBoolean() ? "RANK() " + ranked : "COUNT(%s) %s".formatted(text(0), window),
            one,
            condition(1));
  }

  private String aggregate() {
    return "%s(%s)".formatted(chosen(List.of("AVG", "SUM", "MIN", "MAX")), number(1));
  }

  private String count() {
    return switch (random.nextInt(6)) {
      case 0 -> "COUNT(*)";
      case 1 -> "COUNT(%s)".formatted(text(1));
      case 2 -> "COUNT(DISTINCT %s)".formatted(text(1));
      case 3 -> "SUM(%s)".formatted(whole(1));
      case 4 -> "COUNT(*) FILTER (WHERE %s)".formatted(condition(1));
      default -> "SUM(CASE WHEN %s THEN 1 ELSE 0 END)".formatted(condition(1));
    };
  }

  private String text(int depth) {
    String column = column("T");
    if (depth == 0) {
      return column;
    }
    return switch (random.nextInt(8)) {
      case 0 ->
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(condition(depth - 1), text(depth - 1), literal());
      case 1 -> "CASE WHEN %s THEN %s END".formatted(condition(depth - 1), text(depth - 1));
      case 2 -> "COALESCE(%s, 'none')".formatted(text(depth - 1));
      case 3 -> "UPPER(%s)".formatted(column);
      case 4 -> "NULLIF(%s, %s)".formatted(column, literal());
      case 5 -> "%s || '-' || %s".formatted(column, column("T"));
      default -> column;
    };
  }

  private String number(int depth) {
    String column = has("D") ? column("D") : "CAST(%s AS DOUBLE)".formatted(whole(0));
    if (depth == 0) {
      return "CAST(%s AS DOUBLE)".formatted(column);
    }
    return switch (random.nextInt(5)) {
      case 0 ->
          "CASE WHEN %s THEN %s ELSE 0E0 END".formatted(condition(depth - 1), number(depth - 1));
      case 1 -> "COALESCE(%s, -1E0)".formatted(number(depth - 1));
      case 2 -> "(%s * 2E0 + CAST(%s AS DOUBLE))".formatted(number(depth - 1), whole(0));
      default -> "CAST(%s AS DOUBLE)".formatted(column);
    };
  }

  private String whole(int depth) {
    String column = has("L") ? column("L") : "CHAR_LENGTH(%s)".formatted(column("T"));
    if (depth == 0) {
      return "CAST(%s AS BIGINT)".formatted(column);
    }
    return switch (random.nextInt(4)) {
      case 0 ->
          "CASE WHEN %s THEN %s ELSE CAST(7 AS BIGINT) END"
              .formatted(condition(depth - 1), whole(depth - 1));
      case 1 -> "(%s + CAST(%s AS BIGINT) * 2)".formatted(whole(depth - 1), column);
      default -> "CAST(%s AS BIGINT)".formatted(column);
    };
  }

  private String condition(int depth) {
    if (depth > 0) {
      switch (random.nextInt(6)) {
        case 0:
          return "(%s AND %s)".formatted(condition(depth - 1), condition(depth - 1));
        case 1:
          return "(%s OR %s)".formatted(condition(depth - 1), condition(depth - 1));
        case 2:
          return "NOT (%s)".formatted(condition(depth - 1));
        default:
          break;
      }
    }
    return switch (random.nextInt(12)) {
      case 0, 1 -> column("T") + " IS NULL";
      case 2, 3 -> column("T") + " IS NOT NULL";
      case 4 -> "%s = %s".formatted(column("T"), literal());
      case 5 -> "%s <> %s".formatted(column("T"), literal());
      case 6 -> "%s IN (%s, %s)".formatted(column("T"), literal(), literal());
      case 7 -> "%s LIKE '%s'".formatted(column("T"), chosen(List.of("re%", "%a%", "_e%", "%é%")));
      case 8 -> "%s > %s".formatted(number(0), chosen(List.of("0.5E0", "0.25E0", "1E0")));
      case 9 -> whole(0) + (random.nextBoolean() ? " IS NULL" : " BETWEEN 1 AND 9");
      case 10 ->
          has("B")
              ? column("B") + chosen(List.of("", " IS NULL", " IS TRUE", " IS NOT TRUE"))
              : number(0) + " IS NOT NULL";
      default -> time();
    };
  }

  private String time() {
    if (where.recordTime() != null && random.nextBoolean()) {
      return "a.`record_time` %s TIMESTAMP '%s'"
          .formatted(
              chosen(List.of(">=", ">", "<", "=")),
              TIME.format(where.recordTime().plusMinutes(random.nextInt(70))));
    }
    if (where.recordTime() == null && random.nextBoolean()) {
      return "a.`day` %s DATE '2026-03-0%s'"
          .formatted(chosen(List.of("=", ">", "<", "<>")), 2 + random.nextInt(2));
    }
    return has("M")
        ? "a.`event_time` %s TIMESTAMP '2026-03-02 1%s:00:00'"
            .formatted(chosen(List.of(">=", "<", "<>")), random.nextInt(10))
        : column("T") + " < 'm'";
  }

  private boolean has(String type) {
    return TABLES.get(one).containsKey(type);
  }

  private String column(String type) {
    String path = chosen(List.of(TABLES.get(one).get(type).split(" ")));
    return switch (path.charAt(0)) {
      case '#' -> "CARDINALITY(a.`%s`)".formatted(path.substring(1));
      case '@' -> "EXTRACT(HOUR FROM a.`%s`)".formatted(path.substring(1));
      default ->
          "a.`" + path.replace("[", "`[").replace(".", ".`").replaceAll("(\\w)(?=\\.|$)", "$1`");
    };
  }

  private String literal() {
    return "'%s'"
        .formatted(
            chosen(
                List.of(
                    "refund", "card", "amount", "20 quid", "café", "large", "e-7", "intent", "")));
  }

  private <T> T chosen(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
