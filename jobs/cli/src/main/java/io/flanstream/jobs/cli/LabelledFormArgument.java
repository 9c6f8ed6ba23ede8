package io.flanstream.jobs.cli;

import io.flanstream.jobs.eval.LineForm;
import io.flanstream.jobs.eval.OffsetUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How texts and their right answers are written. */
final class LabelledFormArgument {
  @Mixin private LineFormArgument lines;

  @Option(
      names = "--offsets",
      paramLabel = "UNIT",
      defaultValue = "codepoints",
      description =
          "What start and end of the right answers count: codepoints, as Python and flanstream do;"
              + " utf16, as annotation tools in JavaScript do; or bytes, of UTF-8.")
  private OffsetUnit offsets;

  LineForm lines() {
    return lines.form();
  }

  OffsetUnit offsets() {
    return offsets;
  }
}
