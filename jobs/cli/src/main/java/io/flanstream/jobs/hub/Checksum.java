package io.flanstream.jobs.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a hub says of a file's bytes.
 *
 * @param kind how it is computed
 * @param hex the digest, lower-case hexadecimal
 */
public record Checksum(Kind kind, String hex) {

  /** How a checksum is computed. */
  public enum Kind {
    /** SHA-256 of the bytes: files in Git's large file storage. */
    SHA256("SHA-256", 64),
    /** SHA-1 of {@code "blob <size>\0"} and the bytes: files in Git itself. */
    GIT_BLOB("SHA-1", 40);

    private final String algorithm;
    private final int length;

    Kind(String algorithm, int length) {
      this.algorithm = algorithm;
      this.length = length;
    }

    /** A digest that takes the bytes of a file of a size. */
    MessageDigest digest(long size) {
      try {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        if (this == GIT_BLOB) {
          digest.update("blob %s\0".formatted(size).getBytes(StandardCharsets.US_ASCII));
        }
        return digest;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Cannot check file: every Java has " + algorithm, e);
      }
    }
  }

  /** The checksum that a digest has come to. */
  static Checksum of(Kind kind, MessageDigest digest) {
    return new Checksum(kind, HexFormat.of().formatHex(digest.digest()));
  }

  /** Whether the digest has the form of its kind. */
  boolean isWellFormed() {
    return hex.matches("[0-9a-f]{" + kind.length + "}");
  }

  @Override
  public String toString() {
    return "%s %s".formatted(kind == Kind.SHA256 ? "SHA-256" : "Git SHA-1", hex);
  }
}
