package io.flanstream.model.flink;

import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.task.TaskSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Which build of the model operator this is. A job is planned with one and runs with that of the
 * cluster's lib/: they must be the same.
 */
public final class OperatorVersion {
  private static final int DIGEST_CHARACTERS = 12;
  private static final String CURRENT = read();

  private OperatorVersion() {}

  /**
   * The jar's version, of a snapshot with a digest of the jars; of classes without a jar, a word.
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

  /** Of the operator's jar and those of the model below it. */
  private static String digest() {
    MessageDigest digest = Sha256.digest();
    Stream.of(OperatorVersion.class, TaskSet.class, TextModel.class)
        .forEach(type -> digest.update(jar(type)));
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGEST_CHARACTERS);
  }

  private static byte[] jar(Class<?> type) {
    try {
      return Files.readAllBytes(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the model operator's jar: " + e.getMessage(), e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Cannot name the model operator's build: " + e, e);
    }
  }
}
