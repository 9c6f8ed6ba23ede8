package io.flanstream.jobs.cli;

import io.flanstream.jobs.eval.LineForm;
import picocli.CommandLine.Option;

/** How lines stand for records of a pipeline's source. */
final class LineFormArgument {
  @Option(
      names = "--lines",
      paramLabel = "FORM",
      defaultValue = "source",
      description = {
        "What a line is: source, the value of a record as the pipeline's source reads it, in its"
            + " envelope and without a frame; plain, {\"id\", \"text\", \"eventTime\"} whatever the"
            + " source reads; or base64, the bytes of a value, for formats that are not text"
            + " (default: ${DEFAULT-VALUE})."
      })
  private LineForm form;

  LineForm form() {
    return form;
  }
}
