package io.flanstream.jobs.cli;

import static java.lang.ProcessBuilder.Redirect.PIPE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FlanstreamITCase {

  @Test
  void everyCommandExplainsItself() {
    Deque<CommandLine> commands = new ArrayDeque<>(List.of(Flanstream.commandLine()));
    while (!commands.isEmpty()) {
      CommandLine command = commands.pop();
      commands.addAll(command.getSubcommands().values());
      assertThat(command.getCommandSpec().usageMessage().description())
          .as(command.getCommandName())
          .isNotEmpty();
      assertThat(command.getCommandSpec().findOption("--help")).isNotNull();
      assertThat(command.getCommandSpec().options())
          .as(command.getCommandName())
          .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
    }
  }

  @Test
  void aCommandThatIsNamedIsTheSameWithoutTheOthers() {
    Flanstream.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              CommandLine alone = Flanstream.commandLine(name, "--help");
              assertThat(alone.getSubcommands()).containsOnlyKeys(name);
              assertThat(alone.getSubcommands().get(name).getUsageMessage())
                  .isEqualTo(command.getUsageMessage());
            });
  }

  @Test
  void wrongUseIsToldFromFailure() throws IOException, InterruptedException, ExecutionException {
    TestingCommand nothing = TestingCommand.runAlone("");
    assertThat(nothing.exitCode()).isEqualTo(2);
    assertThat(nothing.err()).startsWith("Missing command\nUsage: flanstream ");
    assertThat(nothing.out()).isEmpty();

    TestingCommand unknown = TestingCommand.runAlone("", "modle");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("flanstream model");

    TestingCommand failed = TestingCommand.runAlone("", "model", "info", "not/there");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.err())
        .isEqualTo("flanstream: Cannot open checkpoint: not/there is not a directory\n");
  }

  @Test
  void stackTracesComeWhenAskedFor() throws IOException, InterruptedException, ExecutionException {
    TestingCommand failed = TestingCommand.runAlone("", "model", "info", "not/there", "--debug");
    assertThat(failed.err()).contains("\tat io.flanstream.");
  }

  @Test
  void printsItsVersionAndACompletionScript()
      throws IOException, InterruptedException, ExecutionException {
    assertThat(TestingCommand.runAlone("", "--version").out()).startsWith("flanstream ");

    TestingCommand completion = TestingCommand.runAlone("", "completion");
    assertThat(completion.exitCode()).isZero();
    Process bash = new ProcessBuilder("bash", "-n").inheritIO().redirectInput(PIPE).start();
    try (Writer stdin = bash.outputWriter()) {
      stdin.write(completion.out());
    }
    assertThat(bash.waitFor()).isZero();
    Stream.of("model", "enrich", "run", "sql", "demo")
        .forEach(command -> assertThat(completion.out()).contains("flanstream_" + command));
  }
}
