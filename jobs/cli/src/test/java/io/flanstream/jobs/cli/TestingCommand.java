package io.flanstream.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * What a command did.
 *
 * @param exitCode what it exited with
 * @param out what it wrote to its output
 * @param err what it wrote to its error stream
 */
record TestingCommand(int exitCode, String out, String err) {
  static final Path ROOT = Path.of(System.getProperty("flanstream.root"));

  /** Runs one in the process that answers many. */
  static TestingCommand run(String input, String... arguments)
      throws IOException, InterruptedException {
    return TestingCommands.run(List.of(), input, arguments);
  }

  /** Runs one in a process of its own, as a shell would. */
  static TestingCommand runAlone(String input, String... arguments)
      throws IOException, InterruptedException, ExecutionException {
    Process process = start(List.of(), arguments);
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return new TestingCommand(process.waitFor(), out.get(), err.get());
  }

  static TestingCommand runWith(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException, ExecutionException {
    return ended(start(List.of(), environment, arguments));
  }

  /** What a process wrote until its end. */
  static TestingCommand ended(Process process) throws InterruptedException, ExecutionException {
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    return new TestingCommand(process.waitFor(), out.get(), err.get());
  }

  static Process start(List<String> options, String... arguments) throws IOException {
    return start(options, Map.of(), arguments);
  }

  static Process start(List<String> options, Map<String, String> environment, String... arguments)
      throws IOException {
    ProcessBuilder builder = builder(options, Flanstream.class);
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** A process of the command's JVM that runs a class, without arguments yet. */
  static ProcessBuilder builder(List<String> options, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:ReservedCodeCacheSize=240m");
    command.add("-XX:MetaspaceSize=128m");
    command.add("-XX:+UseSerialGC");
    command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("-Dai.djl.offline=true");
    command.add("-Dflanstream.home=" + ROOT);
    command.add("-Dflanstream.log=" + Path.of("target", "flanstream-test.log").toAbsolutePath());
    command.add("-Dlog4j2.configurationFile=" + ROOT.resolve("deploy/conf/log4j2.properties"));
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return new ProcessBuilder(command);
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
