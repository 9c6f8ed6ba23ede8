package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.PipelineMain;
import io.flanstream.jobs.sql.HistoryJob;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.operators.record.KafkaRecord;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The jars that travel with a job: that of the job and the operators'.
 *
 * <p>The model operator does not. It loads native code, which a process can load once, so it lies
 * in the cluster's lib/ with what it needs.
 */
final class JobJars {
  private JobJars() {}

  /** Those of a pipeline's job. */
  static List<String> ofPipeline() {
    return Stream.of(PipelineMain.class, KafkaRecord.class).map(JobJars::jar).toList();
  }

  /** Those of a job over a pipeline's tables. */
  static List<String> ofTables() {
    return Stream.of(HistoryJob.class, PipelineMain.class, KafkaRecord.class)
        .map(JobJars::jar)
        .toList();
  }

  private static String jar(Class<?> type) {
    try {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      Path path = Path.of(source.getLocation().toURI());
      if (!Files.isRegularFile(path)) {
        throw new CommandException(
            "Cannot submit job: %s must come from a jar, got %s".formatted(type.getName(), path));
      }
      return path.toUri().toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
