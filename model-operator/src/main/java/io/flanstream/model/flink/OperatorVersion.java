package io.flanstream.model.flink;

import io.flanstream.model.checkpoint.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which build of the model operator this is. A job is planned with one and runs with that of the
 * cluster's lib/: they must be the same.
 */
public final class OperatorVersion {
  private static final int DIGEST_CHARACTERS = 12;
  private static final String CURRENT = read();

  private OperatorVersion() {}

  /**
   * The jar's version, of a snapshot with a digest of the jar; of classes without a jar, a word.
   */
  public static String current() {
    return CURRENT;
  }

  /**
   * Checks that a job was planned with this build.
   *
   * @param planned what {@link #current()} was where the job was planned
   * @throws IllegalStateException if it was another
   */
  public static void check(String planned) {
    if (!CURRENT.equals(planned)) {
      throw new IllegalStateException(
          "Cannot run job: it must be submitted with the model operator of the cluster's lib/, which is %s, got %s"
              .formatted(CURRENT, planned));
    }
  }

  private static String read() {
    String version = OperatorVersion.class.getPackage().getImplementationVersion();
    if (version == null) {
      return "development";
    }
    return version.endsWith("-SNAPSHOT") ? version + "+" + digest() : version;
  }

  private static String digest() {
    try {
      Path jar =
          Path.of(
              OperatorVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Sha256.hex(Files.readAllBytes(jar)).substring(0, DIGEST_CHARACTERS);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the model operator's jar: " + e.getMessage(), e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot name the model operator's build: " + e, e);
    }
  }
}
