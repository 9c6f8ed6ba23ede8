package io.flanstream.jobs.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** A pipeline file with faults: all of them, one on each line of the message. */
public final class InvalidPipelineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Violation> faults;

  InvalidPipelineException(String file, List<Violation> faults) {
    super(
        faults.stream()
            .map(fault -> "  " + fault)
            .collect(
                Collectors.joining(
                    "\n",
                    "Cannot use %s: %s %s\n"
                        .formatted(file, faults.size(), faults.size() == 1 ? "fault" : "faults"),
                    "")));
    this.faults = List.copyOf(faults);
  }

  /** What is wrong. */
  public List<Violation> faults() {
    return faults;
  }
}
