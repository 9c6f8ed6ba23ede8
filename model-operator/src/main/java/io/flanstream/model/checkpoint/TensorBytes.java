package io.flanstream.model.checkpoint;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Bytes of stored tensors, mapped a window at a time. */
final class TensorBytes {
  private static final long WINDOW = 1L << 26;

  private TensorBytes() {}

  /** SHA-256 over tensors sorted by name: name, dtype, shape, bytes; lower-case hexadecimal. */
  static String hash(Collection<StoredTensor> tensors) {
    MessageDigest digest = sha256();
    List<StoredTensor> sorted =
        tensors.stream().sorted(Comparator.comparing(StoredTensor::name)).toList();
    for (StoredTensor tensor : sorted) {
      String title = "%s %s %s\n".formatted(tensor.name(), tensor.dtype(), tensor.shape());
      digest.update(title.getBytes(StandardCharsets.UTF_8));
      forEachWindow(tensor, digest::update);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Whether two tensors have the same dtype, shape and bytes. */
  static boolean equal(StoredTensor one, StoredTensor other) {
    return one.dtype() == other.dtype()
        && one.shape().equals(other.shape())
        && hash(List.of(unnamed(one))).equals(hash(List.of(unnamed(other))));
  }

  private static StoredTensor unnamed(StoredTensor tensor) {
    return new StoredTensor("", tensor.dtype(), tensor.shape(), tensor.file(), tensor.position());
  }

  private static void forEachWindow(StoredTensor tensor, Consumer<MappedByteBuffer> consumer) {
    try (FileChannel channel = FileChannel.open(tensor.file())) {
      long end = tensor.position() + tensor.bytes();
      for (long at = tensor.position(); at < end; at += WINDOW) {
        consumer.accept(channel.map(FileChannel.MapMode.READ_ONLY, at, Math.min(WINDOW, end - at)));
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot read tensor %s: %s is not readable".formatted(tensor.name(), tensor.file()), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
