package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletableFuture;

/** Answers one line of input, now or later. */
@FunctionalInterface
interface LineAnswerer {

  /**
   * Begins an answer.
   *
   * @param line what was asked
   * @return the line of output
   * @throws LineException if the line cannot be answered
   */
  CompletableFuture<ObjectNode> answer(RequestLine line);
}
