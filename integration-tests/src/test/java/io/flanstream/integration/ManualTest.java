package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages, read as a newcomer would: from the front door, by their links. */
class ManualTest {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final long FRONT_DOOR_BYTES = 8_192;
  private static final long PAGE_BYTES = 12_288;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```");
  private static final Pattern NAMED_FILE = Pattern.compile("`([\\w-]+(?:/[\\w.-]+)+)`");

  /** Generated from the options, or a list: read by searching, not from top to bottom. */
  private static final Set<String> REFERENCE = Set.of("CHANGELOG.md", "jobs/OPTIONS.md");

  @Test
  void everyLinkLeadsToAPageAndAHeading() throws IOException {
    for (Path page : pages()) {
      for (String link : links(page)) {
        String[] parts = link.split("#", 2);
        Path target =
            parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize().toAbsolutePath();
        assertThat(target).as("link of %s", ROOT.relativize(page)).exists();
        if (parts.length == 2) {
          assertThat(anchors(target)).as("link of %s", ROOT.relativize(page)).contains(parts[1]);
        }
      }
    }
  }

  @Test
  void everyPageIsFoundFromTheFrontDoor() throws IOException {
    Set<Path> found = new TreeSet<>();
    Deque<Path> waiting = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
    while (!waiting.isEmpty()) {
      Path page = waiting.pop();
      if (!found.add(page)) {
        continue;
      }
      for (String link : links(page)) {
        Path target = page.resolveSibling(link.split("#", 2)[0]).normalize();
        if (target.toString().endsWith(".md")) {
          waiting.push(target);
        }
      }
    }
    assertThat(found).containsAll(pages());
  }

  @Test
  void pagesAreShort() throws IOException {
    assertThat(Files.size(ROOT.resolve("README.md"))).isLessThanOrEqualTo(FRONT_DOOR_BYTES);
    for (Path page : pages()) {
      if (!REFERENCE.contains(ROOT.relativize(page).toString())) {
        assertThat(Files.size(page)).as(page.toString()).isLessThanOrEqualTo(PAGE_BYTES);
      }
    }
  }

  @Test
  void theMapForContributorsNamesWhatIsThere() throws IOException {
    List<String> named =
        NAMED_FILE
            .matcher(Files.readString(ROOT.resolve("CONTRIBUTING.md")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(named).hasSizeGreaterThan(8).allMatch(file -> Files.exists(ROOT.resolve(file)));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().matches(".*(^|/)(target|\\.\\w+)/.*"))
          .map(Path::toAbsolutePath)
          .sorted()
          .toList();
    }
  }

  private static List<String> links(Path page) throws IOException {
    return LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""))
        .results()
        .map(match -> match.group(1))
        .filter(link -> !link.contains("://"))
        .toList();
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
