package io.flanstream.jobs.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = Flanstream.class.getPackage().getImplementationVersion();
    return new String[] {
      "flanstream " + Objects.requireNonNullElse(version, "development"),
      "Java ${java.version}, ${os.name} ${os.arch}"
    };
  }
}
