package io.flanstream.jobs.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("flanstream.root"), "jobs", "OPTIONS.md");
  private static final String UPDATE =
      "mvn -B -q -pl jobs/enrichment -am test -Dtest=OptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dflanstream.update";

  @Test
  void thePageIsWhatTheOptionsSay() throws IOException {
    if (System.getProperty("flanstream.update") != null) {
      Files.writeString(PAGE, OptionsPage.text());
    }
    assertThat(PAGE)
        .as("jobs/OPTIONS.md is out of date; write it anew with:%n%s%n", UPDATE)
        .usingCharset(UTF_8)
        .hasContent(OptionsPage.text());
  }

  @Test
  void everyOptionSaysWhatItDoes() {
    assertThat(OptionCatalog.all())
        .hasSizeGreaterThan(30)
        .allSatisfy(
            entry ->
                assertThat(OptionsPage.text())
                    .containsPattern(
                        "\\| `%s` \\| [^|]+ \\| [^|]* \\| [^|]{20,} \\|"
                            .formatted(entry.option().key().replace(".", "\\."))));
  }
}
