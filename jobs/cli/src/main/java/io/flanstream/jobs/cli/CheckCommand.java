package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.registry.RegistryConnection;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.model.task.TaskDefinition;
import io.flanstream.operators.deadletter.RejectedRecordException;
import io.flanstream.operators.ingest.EventReader;
import io.flanstream.operators.ingest.FieldMatches;
import io.flanstream.operators.record.KafkaRecord;
import io.flanstream.operators.serialize.PlainJson;
import io.flanstream.schemas.TextEvent;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream check}. */
@Command(
    name = "check",
    description = {
      "Try a pipeline without running it.",
      "Checks the file, the model, Kafka's topics, limits and permissions, and the registry; decodes"
          + " the newest records of its topics, and asks the model about a few. Nothing is written,"
          + " and no offset is committed."
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path file;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "How many of the newest records to decode (default: ${DEFAULT-VALUE}).")
  private int records = 100;

  @Option(
      names = "--ask",
      paramLabel = "N",
      description = "About how many of them to ask the model (default: ${DEFAULT-VALUE}).")
  private int asked = 3;

  private final PrintWriter out = StandardStreams.writer();
  private boolean failed;

  /** Something to look at, which throws where it is not as it must be. */
  @FunctionalInterface
  private interface Step {
    String look();
  }

  @Override
  public Integer call() {
    if (records < 1 || asked < 0) {
      throw CommandException.usage(
          "Cannot check pipeline: --records must be at least 1 and --ask at least 0");
    }
    Pipeline pipeline = PipelineFile.read(file);
    say("file", "tasks " + names(pipeline));
    step("model", () -> model(pipeline));
    ModelFit.unknownLabels(pipeline).ifPresent(note -> say("note", note));
    boolean reached = step("kafka", () -> kafka(pipeline));
    if (reached) {
      step("access", () -> access(pipeline));
      step("topics", () -> topics(pipeline));
    }
    boolean readable = step("registry", () -> registry(pipeline));
    if (reached && readable) {
      step("records", () -> read(pipeline));
    }
    out.println(failed ? "Not ready; nothing was written." : "Ready; nothing was written.");
    out.flush();
    return failed ? 1 : 0;
  }

  private boolean step(String name, Step step) {
    try {
      say(name, step.look());
      return true;
    } catch (RuntimeException e) {
      failed = true;
      say(name, "FAILED  " + FailureHandler.message(e));
      return false;
    }
  }

  private static String names(Pipeline pipeline) {
    return pipeline.tasks().tasks().stream()
        .map(TaskDefinition::name)
        .collect(Collectors.joining(", "));
  }

  private static String model(Pipeline pipeline) {
    ModelCheck.reach(pipeline);
    return "opens";
  }

  private static String kafka(Pipeline pipeline) {
    KafkaCheck.reach(pipeline.kafka());
    return "answers at " + pipeline.kafka().bootstrapServers();
  }

  private static String access(Pipeline pipeline) {
    RunCommand.checkPermissions(pipeline);
    return "all that run needs";
  }

  private static String topics(Pipeline pipeline) {
    KafkaCheck.topics(pipeline, false);
    KafkaCheck.transactions(pipeline);
    List<String> said = new ArrayList<>();
    said.add(
        "%s -> %s, dead letters -> %s"
            .formatted(
                pipeline.source().topics().text(),
                String.join(", ", pipeline.sink().topics()),
                pipeline.deadLetters().topic()));
    said.addAll(KafkaCheck.recordSizes(pipeline));
    return String.join(". ", said);
  }

  private static String registry(Pipeline pipeline) {
    RegistryCheck.reach(pipeline);
    return pipeline.registry().isPresent() ? "answers" : "none";
  }

  private String read(Pipeline pipeline) {
    List<KafkaRecord> newest =
        NewestRecords.read(pipeline.kafka(), pipeline.source().topics(), records);
    if (newest.isEmpty()) {
      return "the topics have none yet";
    }
    FieldMatches matches = new FieldMatches(pipeline.source().fields());
    Function<String, EventReader> readers =
        pipeline
            .source()
            .values()
            .forms(RegistryConnection.of(pipeline))
            .each(own -> new EventReader(own).noting(matches));
    Map<String, TextEvent> events = new LinkedHashMap<>();
    int deleted = 0;
    for (KafkaRecord record : newest) {
      try {
        TextEvent event = readers.apply(record.topic()).read(record);
        if (event == null) {
          deleted++;
        } else {
          events.put(record.coordinates(), event);
        }
      } catch (RejectedRecordException e) {
        say(record.coordinates(), "dead letter %s: %s".formatted(e.reason(), e.getMessage()));
      }
    }
    matches.notes().values().forEach(note -> say("note", note));
    ask(pipeline, events);
    int rejected = newest.size() - deleted - events.size();
    if (events.isEmpty() && rejected > 0) {
      throw new CommandException(
          "Cannot read the newest records: one of %s at least must be an event, got %s dead letters"
              .formatted(newest.size(), rejected));
    }
    return "%s of the newest %s are events, %s tombstones, %s dead letters"
        .formatted(events.size(), newest.size(), deleted, rejected);
  }

  private void ask(Pipeline pipeline, Map<String, TextEvent> events) {
    if (asked == 0 || events.isEmpty()) {
      return;
    }
    EventEnricher enricher =
        new EventEnricher(
            Cleanup.register(LoadingProgress.show(new CheckpointModel(pipeline.model())::open)),
            pipeline.tasks(),
            pipeline.overlong(),
            pipeline.sink().keepText());
    events.entrySet().stream()
        .limit(asked)
        .forEach(
            event -> {
              try {
                say(event.getKey(), PlainJson.text(enricher.enrich(event.getValue()).join()));
              } catch (CompletionException e) {
                say(event.getKey(), "dead letter: " + FailureHandler.message(e.getCause()));
              }
            });
  }

  private void say(String name, String text) {
    String line = "%-9s %s".formatted(name, TextWidth.oneLine(text));
    out.println(Style.isTerminal() ? TextWidth.fit(line, Style.columns()) : line);
    out.flush();
  }
}
