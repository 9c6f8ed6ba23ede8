package io.flanstream.jobs.cli;

/** Takes a line for what it asks. */
@FunctionalInterface
interface LineParser {

  /**
   * Reads a line.
   *
   * @param number its number, from 1
   * @param line its bytes
   * @throws LineException if it is not of the form
   */
  RequestLine parse(long number, byte[] line);
}
