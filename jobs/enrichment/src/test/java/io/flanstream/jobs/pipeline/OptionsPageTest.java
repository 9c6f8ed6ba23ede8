package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OptionsPageTest {
  @Test
  void thePageIsWhatTheOptionsSay() throws IOException {
    TestingGeneratedFile.check("jobs/OPTIONS.md", OptionsPage.text(), OptionsPageTest.class);
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
