package io.flanstream.jobs.cli;

import io.flanstream.jobs.deadletter.Replay;
import io.flanstream.jobs.deadletter.ReplayMarks;
import io.flanstream.jobs.deadletter.StoredDeadLetter;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.operators.deadletter.OriginalRecord;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream dead-letters replay}. */
@Command(
    name = "replay",
    description = {
      "Send the records of dead letters to their source topic again, in one transaction, or in several where that would take long.",
      "Each has its own key, value and headers, and the header flanstream-replayed-attempts. The"
          + " dead letters stay where they are, and are marked as replayed in the topic"
          + " DEAD-LETTERS-replayed. A record that was cut or redacted is not sent, nor is one that"
          + " was replayed before; the exit code is 1 then."
    })
final class DeadLettersReplayCommand implements Callable<Integer> {
  @Mixin private PipelineArgument pipeline;
  @Mixin private DeadLettersArgument letters;

  @Option(names = "--dry-run", description = "Only say what would be sent.")
  private boolean dryRun;

  @Option(names = "--force", description = "Send letters that were replayed before, too.")
  private boolean force;

  private int sent;
  private int refused;

  @Override
  public Integer call() {
    Pipeline read = pipeline.readReachable();
    KafkaPermissions permissions =
        KafkaPermissions.to("replay dead letters", read.kafka())
            .read(List.of(read.deadLetters().topic(), ReplayMarks.topic(read)));
    if (!dryRun) {
      permissions
          .write(read.source().topics().names())
          .write(List.of(ReplayMarks.topic(read)))
          .transactions(Replay.TRANSACTIONS);
    }
    permissions.check();
    PrintWriter out = StandardStreams.writer();
    ReplayMarks marks = ReplayMarks.read(read);
    if (dryRun) {
      letters.read(read, letter -> count(letter, marks, out));
      out.println("%s would be sent to %s".formatted(sent, read.source().topics().text()));
    } else {
      try (Replay replay = Replay.marked(read, marks)) {
        send(replay, read, marks, out);
        String in =
            replay.transactions() == 1
                ? ""
                : " in %s transactions".formatted(replay.transactions());
        out.println("%s sent to %s%s".formatted(sent, read.source().topics().text(), in));
      }
    }
    out.flush();
    return refused == 0 ? 0 : 1;
  }

  private void send(Replay replay, Pipeline read, ReplayMarks marks, PrintWriter out) {
    try {
      letters.read(
          read,
          letter -> {
            if (count(letter, marks, out)) {
              replay.send(letter, marks);
            }
          });
      replay.commit();
    } catch (KafkaException e) {
      throw new CommandException(
          "Cannot send dead letters again: %s; the first %s were sent, the others were not"
              .formatted(e.getMessage(), replay.committed()),
          e);
    }
  }

  private boolean count(StoredDeadLetter letter, ReplayMarks marks, PrintWriter out) {
    Optional<Instant> replayed = force ? Optional.empty() : marks.time(letter);
    if (replayed.isPresent()) {
      refused++;
      out.println(
          "Cannot send %s again: it was replayed at %s; --force sends it once more"
              .formatted(letter.id(), replayed.get().truncatedTo(ChronoUnit.SECONDS)));
      return false;
    }
    Optional<String> missing = OriginalRecord.missing(letter.letter());
    if (missing.isPresent()) {
      refused++;
      out.println("Cannot send %s again: %s".formatted(letter.id(), missing.get()));
      return false;
    }
    sent++;
    return true;
  }
}
