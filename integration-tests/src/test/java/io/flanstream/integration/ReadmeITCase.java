package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README and of the manual are there, and do what is said. */
class ReadmeITCase {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final Path README = ROOT.resolve("README.md");
  private static final Path MANUAL = ROOT.resolve("deploy/docs");
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);
  private static final String LAUNCHER = "deploy/bin/flanstream";

  @TempDir private Path directory;

  /** What it says: {@link DemoITCase}, and in an archive {@link DistributionITCase}. */
  @Test
  void theDemoIsTheFirstCommand() throws IOException {
    assertThat(commands()).startsWith(LAUNCHER + " demo");
  }

  @Test
  void everyCommandIsThereWithItsOptions() throws IOException, InterruptedException {
    Map<List<String>, Set<String>> options = new LinkedHashMap<>();
    for (Path page : pages()) {
      for (String block : blocks(page, "")) {
        for (String command : block.lines().map(String::strip).toList()) {
          if (command.startsWith(LAUNCHER)) {
            List<String> words = words(command);
            options
                .computeIfAbsent(names(words), names -> new TreeSet<>())
                .addAll(words.stream().filter(word -> word.startsWith("-")).toList());
          }
        }
      }
    }
    assertThat(options).hasSizeGreaterThan(15);
    TestingLauncher launcher = new TestingLauncher(TestingLauncher.LAUNCHER, directory);
    for (Map.Entry<List<String>, Set<String>> command : options.entrySet()) {
      List<String> help = new ArrayList<>(command.getKey());
      help.add("--help");
      String said = launcher.run(0, help.toArray(String[]::new));
      command.getValue().forEach(option -> assertThat(said).as("%s", command).contains(option));
    }
  }

  @Test
  void theTestCommandIsWhatContinuousIntegrationRuns() throws IOException {
    List<String> tests = commands().stream().filter(command -> command.startsWith("mvn")).toList();
    assertThat(tests).hasSize(1);
    assertThat(Files.readAllLines(ROOT.resolve(".ci/run"))).endsWith(tests.get(0));
  }

  @Test
  void thePipelineFileIsValid() throws IOException {
    Path page = MANUAL.resolve("pipeline-file.md");
    List<String> files =
        blocks(page, "yaml").stream().filter(block -> block.startsWith("name: ")).toList();
    assertThat(files).hasSize(1);
    assertThat(PipelineFile.parse(files.get(0), page.toString(), ROOT).tasks().tasks()).hasSize(2);
  }

  private static List<String> words(String command) {
    return Arrays.stream(command.substring(LAUNCHER.length()).split("#|<|>")[0].trim().split(" +"))
        .toList();
  }

  private static List<String> names(List<String> words) {
    return words.stream().takeWhile(word -> word.matches("[a-z][a-z-]*")).toList();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(MANUAL)) {
      return Stream.concat(Stream.of(README), pages.filter(page -> page.toString().endsWith(".md")))
          .sorted()
          .toList();
    }
  }

  private static List<String> commands() throws IOException {
    return blocks(README, "").stream().flatMap(String::lines).map(String::strip).toList();
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }
}
