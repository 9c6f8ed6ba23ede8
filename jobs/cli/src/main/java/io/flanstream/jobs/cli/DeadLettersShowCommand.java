package io.flanstream.jobs.cli;

import io.flanstream.jobs.deadletter.ReplayMarks;
import io.flanstream.jobs.deadletter.StoredDeadLetter;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.operators.serialize.PlainJson;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream dead-letters show}. */
@Command(
    name = "show",
    description = {
      "Show dead letters: when they were written, the record's id, stage, code, attempts and"
          + " message."
    })
final class DeadLettersShowCommand implements Runnable {
  @Mixin private PipelineArgument pipeline;
  @Mixin private DeadLettersArgument letters;

  @Option(names = "--payload", description = "Show the record's value, too, as text.")
  private boolean payload;

  @Option(names = "--json", description = "Print each whole, as JSON on one line.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = StandardStreams.writer();
    Pipeline read = pipeline.readReachable();
    KafkaPermissions.to("show dead letters", read.kafka())
        .read(List.of(read.deadLetters().topic(), ReplayMarks.topic(read)))
        .check();
    ReplayMarks marks = ReplayMarks.read(read);
    letters.read(read, letter -> print(letter, marks, out));
    out.flush();
  }

  private void print(StoredDeadLetter stored, ReplayMarks marks, PrintWriter out) {
    if (json) {
      out.println(PlainJson.text(stored.letter()));
      return;
    }
    String line =
        "%s  %s  %-11s  %-18s  %s  %s"
            .formatted(
                stored.time().truncatedTo(ChronoUnit.SECONDS),
                stored.id(),
                stored.letter().getStage(),
                stored.letter().getCode(),
                stored.letter().getAttempts(),
                stored.letter().getMessage());
    print(line, out);
    marks
        .time(stored)
        .ifPresent(time -> print("replayed " + time.truncatedTo(ChronoUnit.SECONDS), out));
    if (payload) {
      print("payload  " + stored.payload(), out);
    }
  }

  private static void print(String line, PrintWriter out) {
    String text = TextWidth.oneLine(line);
    out.println(Style.isTerminal() ? TextWidth.fit(text, Style.columns()) : text);
  }
}
