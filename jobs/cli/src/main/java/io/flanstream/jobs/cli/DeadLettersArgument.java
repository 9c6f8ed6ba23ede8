package io.flanstream.jobs.cli;

import io.flanstream.jobs.deadletter.DeadLetterFilter;
import io.flanstream.jobs.deadletter.DeadLetterTopic;
import io.flanstream.jobs.deadletter.StoredDeadLetter;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class DeadLettersArgument {
  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description =
          "Only these; several conditions must all hold. id, event, key, stage, code, partition"
              + " or attempts with = or != and values joined by commas, such as"
              + " code=TIMEOUT,OUT_OF_MEMORY; time with < or >=, such as"
              + " time>=2026-01-31T00:00:00Z. The id is topic-partition-offset; the event"
              + " is the id of the record's event, as far as it can be read.")
  private List<String> conditions = new ArrayList<>();

  /** Gives each dead letter that fits. */
  void read(Pipeline pipeline, Consumer<StoredDeadLetter> letters) {
    Predicate<StoredDeadLetter> filter = filter(pipeline);
    long others =
        new DeadLetterTopic(pipeline)
            .read(
                letter -> {
                  if (filter.test(letter)) {
                    letters.accept(letter);
                  }
                });
    if (others > 0) {
      StandardStreams.errorWriter()
          .println(
              "flanstream: passed over %s records of %s, which are no dead letters in dead-letters.format"
                  .formatted(others, pipeline.deadLetters().topic()));
    }
  }

  private Predicate<StoredDeadLetter> filter(Pipeline pipeline) {
    try {
      return DeadLetterFilter.parse(conditions, pipeline);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }
}
