package io.flanstream.jobs.cli;

import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.sql.RecordSchema;
import io.flanstream.jobs.terminal.StandardStreams;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream schema}. */
@Command(
    name = "schema",
    description = {
      "Print the schema of a pipeline's records for those who read them.",
      "One schema with every type in it: as Avro, as JSON Schema, or as a table for any Flink."
    })
final class SchemaCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The pipeline's file.")
  private Path pipeline;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "avro",
      description = "How it is written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RecordSchema.Form format;

  @Option(
      names = "--records",
      paramLabel = "RECORDS",
      defaultValue = "enriched",
      description = "Whose schema: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RecordSchema.Records records;

  @Override
  public Integer call() {
    PrintWriter out = StandardStreams.writer();
    out.println(RecordSchema.of(PipelineFile.read(pipeline), records, format));
    out.flush();
    return 0;
  }
}
