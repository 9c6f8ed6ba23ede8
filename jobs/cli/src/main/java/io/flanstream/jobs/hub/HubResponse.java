package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An answer.
 *
 * @param from who gave it
 * @param own whether that is the hub itself
 * @param status HTTP status
 * @param headers HTTP headers
 * @param linkedEtag checksum of the file that the hub has sent on to, if it says
 * @param body bytes
 */
record HubResponse(
    URI from,
    boolean own,
    int status,
    HttpHeaders headers,
    Optional<String> linkedEtag,
    InputStream body)
    implements Closeable {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int NOT_SATISFIABLE = 416;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/\\S+");
  private static final int LONGEST_REASON = 200;

  /**
   * What went wrong.
   *
   * @param what what was tried, after "Cannot"
   * @return the failure of a file or a model, final
   * @throws TransientException instead if it may be gone at the next try
   */
  CommandException failure(String what) throws TransientException {
    // A signed address at another host goes stale: the hub gives a new one.
    boolean stale = !own && (status == 401 || status == 403);
    if (status == 408 || status == 429 || status >= 500 || stale) {
      throw new TransientException(said(), retryAfter());
    }
    return new CommandException("Cannot %s: %s%s".formatted(what, said(), advice()));
  }

  /** First byte of the body within the file; empty where the server does not say it. */
  OptionalLong start() {
    if (status == OK) {
      return OptionalLong.of(0);
    }
    Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    return range.matches() ? OptionalLong.of(Long.parseLong(range.group(1))) : OptionalLong.empty();
  }

  /** An address without its query, which may be signed. */
  static String place(URI address) {
    return "%s://%s%s".formatted(address.getScheme(), address.getRawAuthority(), address.getPath());
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  private String said() {
    String reason =
        Stream.of("X-Error-Message", "X-Error-Code")
            .flatMap(name -> headers.firstValue(name).stream())
            .map(HubResponse::oneLine)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    return "%s answered %s%s"
        .formatted(place(from), status, reason.isEmpty() ? "" : " (" + reason + ")");
  }

  private String advice() {
    boolean gated = headers.firstValue("X-Error-Code").filter("GatedRepo"::equals).isPresent();
    return switch (status) {
      case 401 -> "; HF_TOKEN must hold a token that may read it";
      case 403 ->
          gated
              ? "; its owner must grant access, which is asked for on the model's page"
              : "; the token in HF_TOKEN must be allowed to read it";
      default -> "";
    };
  }

  private Optional<Duration> retryAfter() {
    return headers.firstValue("Retry-After").flatMap(HubResponse::wait);
  }

  private static Optional<Duration> wait(String wish) {
    if (wish.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(wish)));
    }
    try {
      Instant then = ZonedDateTime.parse(wish, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Text of a server, fit for a terminal. */
  static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
