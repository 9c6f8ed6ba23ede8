package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A reader who meets a class's name knows which class it is. */
class NamesTest {
  private static final Set<String> BUILT = Set.of("target", ".git");

  /** What this field calls otherwise: capacity, length bucket, submission queue, and so on. */
  private static final Set<String> OTHERWISE_CALLED =
      Set.of("Fault", "Inbox", "Lane", "Pending", "Room", "Transcript", "Verdict", "Written");

  @Test
  void aSimpleNameIsThereOnce() throws IOException {
    TreeMap<String, List<Path>> byName =
        classes()
            .collect(
                Collectors.groupingBy(
                    path -> path.getFileName().toString(), TreeMap::new, Collectors.toList()));
    byName.remove("package-info.java");
    assertThat(byName).hasSizeGreaterThan(500);
    assertThat(byName.values()).allSatisfy(paths -> assertThat(paths).hasSize(1));
    assertThat(byName.keySet())
        .doesNotContainAnyElementsOf(
            OTHERWISE_CALLED.stream().map(name -> name + ".java").toList());
  }

  private static Stream<Path> classes() throws IOException {
    Path root = Path.of(System.getProperty("flanstream.root"));
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(path -> path.toString().endsWith(".java"))
          .filter(
              path ->
                  Stream.of(root.relativize(path).toString().split("/")).noneMatch(BUILT::contains))
          .toList()
          .stream();
    }
  }
}
