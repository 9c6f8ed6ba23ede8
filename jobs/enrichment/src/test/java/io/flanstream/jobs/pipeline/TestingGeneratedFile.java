package io.flanstream.jobs.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the repository that are made from the code, and committed. */
final class TestingGeneratedFile {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));

  private TestingGeneratedFile() {}

  /** Fails where a file is not what the code makes, or writes it where that is asked for. */
  static void check(String name, String text, Class<?> test) throws IOException {
    Path file = ROOT.resolve(name);
    if (System.getProperty("flanstream.update") != null) {
      Files.writeString(file, text);
    }
    assertThat(file)
        .as(
            "%s is out of date; write it anew with:%nmvn -B -q -pl jobs/enrichment -am test -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -Dflanstream.update%n",
            name, test.getSimpleName())
        .usingCharset(UTF_8)
        .hasContent(text);
  }
}
