package io.flanstream.jobs.sql;

import java.time.LocalDateTime;

/** Ways to ask the same. */
enum TestingWay {
  BATCH,
  BATCH_UNPUSHED,
  STREAMING,
  STREAMING_UNPUSHED,
  LIVE,
  LIVE_UNPUSHED,
  HISTORY,
  HISTORY_UNPUSHED,
  HISTORY_STREAMING,
  GATEWAY,
  GATEWAY_STREAMING,
  GATEWAY_HISTORY,
  JSON,
  JSON_STREAMING;

  boolean isGateway() {
    return name().startsWith("GATEWAY");
  }

  boolean isJson() {
    return name().startsWith("JSON");
  }

  boolean isHistory() {
    return name().contains("HISTORY");
  }

  boolean isPushed() {
    return !name().endsWith("_UNPUSHED");
  }

  boolean isStreaming() {
    return name().contains("STREAMING") || isLive();
  }

  /** Whether a result does not end. */
  boolean isEndless() {
    return isLive() || this == HISTORY_STREAMING;
  }

  String database() {
    return isHistory() ? "history" : isLive() ? "live" : "snapshot";
  }

  String url(String gateway, String catalog) {
    return "jdbc:flanstream://%s/%s/%s?execution.runtime-mode=%s"
        .formatted(gateway, catalog, database(), isStreaming() ? "streaming" : "batch");
  }

  /**
   * What can be asked so.
   *
   * @param recordTime the time of the first record
   */
  TestingQueries.Where where(LocalDateTime recordTime) {
    return new TestingQueries.Where(
        !isHistory(),
        isStreaming(),
        !isEndless(),
        this == GATEWAY_STREAMING,
        isHistory() ? null : recordTime);
  }

  private boolean isLive() {
    return name().startsWith("LIVE");
  }
}
