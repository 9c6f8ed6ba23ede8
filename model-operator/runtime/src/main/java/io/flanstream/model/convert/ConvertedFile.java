package io.flanstream.model.convert;

import io.flanstream.model.checkpoint.Sha256;

/**
 * A file of weights that a conversion has written.
 *
 * @param name its name in the directory
 * @param size bytes
 * @param sha256 of the bytes, lower-case hexadecimal
 */
public record ConvertedFile(String name, long size, String sha256) {

  static ConvertedFile of(String name, byte[] bytes) {
    return new ConvertedFile(name, bytes.length, Sha256.hex(bytes));
  }
}
