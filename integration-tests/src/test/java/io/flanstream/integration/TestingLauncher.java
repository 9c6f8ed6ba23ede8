package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.local.TestingCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Calls {@code deploy/bin/flanstream} as a person does.
 *
 * @param executable the launcher, or a link to it
 * @param directory where it is called, and where its logs go
 */
record TestingLauncher(Path executable, Path directory) {
  static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  static final Path LAUNCHER = ROOT.resolve("deploy/bin/flanstream");

  /** The jars that the launcher's class path has, of which earlier builds may have left others. */
  static Stream<Path> jars() throws IOException {
    Path target = ROOT.resolve("jobs/cli/target");
    return Stream.of(Files.readString(target.resolve("class-path")).strip().split(":"))
        .map(target::resolve);
  }

  /**
   * What the command says, errors included, if it exits with that code. The checkout's own commands
   * run in one process.
   */
  String run(int exitCode, String... arguments) throws IOException, InterruptedException {
    if (!executable.equals(LAUNCHER)) {
      return runAlone(exitCode, arguments);
    }
    Path output = Files.createTempFile(directory, "said-", ".out");
    TestingCalls.Answer answer = TestingSession.run(directory, arguments);
    Files.writeString(output, answer.said());
    assertThat(answer.exitCode()).as(answer.said()).isEqualTo(exitCode);
    return answer.said();
  }

  /** The same, by the launcher, in a process of its own. */
  String runAlone(int exitCode, String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "said-", ".out");
    int code = start(output, arguments).waitFor();
    String said = Files.readString(output);
    assertThat(code).as(said).isEqualTo(exitCode);
    return said;
  }

  /** The command's process, which writes all that it says to a file. */
  Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("FLANSTREAM_LOG_DIR", directory.resolve("logs").toString());
    builder.environment().put("FLANSTREAM_STATE_DIR", directory.resolve("state").toString());
    builder.environment().put("FLANSTREAM_JAVA_OPTS", String.join(" ", TestingJvm.options()));
    return builder.start();
  }
}
