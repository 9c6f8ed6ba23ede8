package io.flanstream.jobs.cli;

import java.util.concurrent.CompletableFuture;

/** Answers one line of input, now or later. */
@FunctionalInterface
interface LineAnswerer {

  /**
   * Begins an answer.
   *
   * @param line what was asked
   * @return the line of output, JSON
   * @throws LineException if the line cannot be answered
   */
  CompletableFuture<String> answer(RequestLine line);
}
