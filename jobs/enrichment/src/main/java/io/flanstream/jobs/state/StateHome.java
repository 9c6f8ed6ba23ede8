package io.flanstream.jobs.state;

import java.nio.file.Path;
import java.util.Map;

/** Where the state of pipelines is kept on a machine, unless their files say otherwise. */
public final class StateHome {
  private static final String OURS = "FLANSTREAM_STATE_DIR";
  private static final String PLATFORM = "XDG_STATE_HOME";

  private StateHome() {}

  /** The directory, by the environment: what Flanstream is told, else where the platform has it. */
  public static Path directory(Map<String, String> environment, Path home) {
    String ours = environment.getOrDefault(OURS, "");
    if (!ours.isEmpty()) {
      return Path.of(ours).toAbsolutePath().normalize();
    }
    String platform = environment.getOrDefault(PLATFORM, "");
    // The platform's standard has relative paths ignored.
    Path parent =
        platform.isEmpty() || !Path.of(platform).isAbsolute()
            ? home.resolve(".local").resolve("state")
            : Path.of(platform);
    return parent.resolve("flanstream");
  }

  /** The directory of this process. */
  public static Path directory() {
    return directory(System.getenv(), Path.of(System.getProperty("user.home")));
  }
}
