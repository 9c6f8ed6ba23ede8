package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README says is so. */
class ReadmeITCase {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);
  private static final String LAUNCHER = "deploy/bin/flanstream";

  @Test
  void theDemoRuns() throws IOException, InterruptedException {
    assertThat(commands()).contains(LAUNCHER + " demo");
    Ran demo = run("demo");
    assertThat(demo.status()).as(demo.said()).isZero();
    assertThat(demo.said())
        .contains("372 ids sent = 358 enriched + 14 dead letters")
        .contains("each with the expected code");
  }

  @Test
  void everyCommandIsThereWithItsOptions() throws IOException, InterruptedException {
    List<String> launched =
        commands().stream().filter(command -> command.startsWith(LAUNCHER)).toList();
    assertThat(launched).hasSizeGreaterThan(5);
    for (String command : launched) {
      List<String> words = words(command);
      List<String> names = words.stream().takeWhile(word -> word.matches("[a-z][a-z-]*")).toList();
      String[] help = new String[names.size() + 1];
      names.toArray(help);
      help[names.size()] = "--help";
      Ran ran = run(help);
      assertThat(ran.status()).as("%s: %s", command, ran.said()).isZero();
      words.stream()
          .filter(word -> word.startsWith("-"))
          .forEach(option -> assertThat(ran.said()).as(command).contains(option));
    }
  }

  @Test
  void theTestCommandIsWhatContinuousIntegrationRuns() throws IOException {
    List<String> tests = commands().stream().filter(command -> command.startsWith("mvn")).toList();
    assertThat(tests).hasSize(1);
    assertThat(Files.readAllLines(ROOT.resolve(".ci/run"))).endsWith(tests.get(0));
  }

  @Test
  void thePipelineFileHasNoFault() throws IOException {
    List<String> files = blocks("yaml");
    assertThat(files).hasSize(1);
    assertThat(PipelineFile.parse(files.get(0), "README.md", ROOT).tasks().tasks()).hasSize(2);
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> links =
        Pattern.compile("\\]\\(([^)#]+)\\)")
            .matcher(readme())
            .results()
            .map(link -> link.group(1))
            .toList();
    assertThat(links).isNotEmpty().allMatch(link -> Files.exists(ROOT.resolve(link)));
  }

  private static List<String> words(String command) {
    return Arrays.stream(command.substring(LAUNCHER.length()).split("#|<|>")[0].trim().split(" +"))
        .toList();
  }

  private static List<String> commands() throws IOException {
    return blocks("").stream().flatMap(String::lines).map(String::strip).toList();
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(readme())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static Ran run(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = ROOT.resolve(LAUNCHER).toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Path output = Files.createTempFile("flanstream-", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      throw new AssertionError("still running: " + Files.readString(output));
    }
    String said = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Ran(process.exitValue(), said);
  }

  private record Ran(int status, String said) {}
}
