package io.flanstream.jobs.cli;

import io.flanstream.jobs.terminal.StandardStreams;
import picocli.CommandLine.Command;

/** {@code flanstream completion}. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "Use it with: source <(flanstream completion)"
    })
final class CompletionCommand implements Runnable {

  @Override
  public void run() {
    StandardStreams.writer().print(Flanstream.completion());
    StandardStreams.writer().flush();
  }
}
