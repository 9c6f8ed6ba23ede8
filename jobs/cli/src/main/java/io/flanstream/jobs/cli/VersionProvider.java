package io.flanstream.jobs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, the commit it was built from, and what it runs on, as the build has noted them. */
final class VersionProvider implements IVersionProvider {
  private static final String UNKNOWN = "${";

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = VersionProvider.class.getResourceAsStream("build.properties")) {
      build.load(in);
    }
    return new String[] {
      "flanstream " + build.getProperty("version") + commit(build),
      "Flink %s, Kafka clients %s, PyTorch %s by DJL %s"
          .formatted(
              build.getProperty("flink"),
              build.getProperty("kafka"),
              build.getProperty("pytorch"),
              build.getProperty("djl")),
      "Java ${java.version}, ${os.name} ${os.arch}"
    };
  }

  /** Empty where it was built outside a Git repository. */
  private static String commit(Properties build) {
    String commit = build.getProperty("commit");
    if (commit.startsWith(UNKNOWN)) {
      return "";
    }
    return Boolean.parseBoolean(build.getProperty("changed"))
        ? " (commit %s and changes)".formatted(commit)
        : " (commit %s)".formatted(commit);
  }
}
