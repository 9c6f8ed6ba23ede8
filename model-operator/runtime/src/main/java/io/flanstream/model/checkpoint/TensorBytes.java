package io.flanstream.model.checkpoint;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Bytes of stored tensors, mapped a window at a time. */
final class TensorBytes {
  private static final long WINDOW = 1L << 26;

  private TensorBytes() {}

  /** SHA-256 over tensors sorted by name: name, dtype, shape, bytes; lower-case hexadecimal. */
  static String hash(Collection<StoredTensor> tensors, LoadListener listener) {
    MessageDigest digest = Sha256.digest();
    long total = tensors.stream().mapToLong(StoredTensor::bytes).sum();
    long begun = System.nanoTime();
    AtomicLong done = new AtomicLong();
    tensors.stream()
        .sorted(Comparator.comparing(StoredTensor::name))
        .forEach(
            tensor ->
                update(
                    digest,
                    tensor,
                    bytes ->
                        listener.loaded(
                            new LoadProgress(
                                LoadProgress.Stage.HASHING,
                                done.addAndGet(bytes),
                                total,
                                Duration.ofNanos(System.nanoTime() - begun)))));
    return Sha256.hex(digest);
  }

  /** SHA-256 over a hash of weights and what is added to them, in order. */
  static String hash(String weights, List<LoraUpdate> updates) {
    MessageDigest digest = Sha256.digest();
    digest.update(weights.getBytes(StandardCharsets.UTF_8));
    for (LoraUpdate update : updates) {
      String title = "\n%s %s\n".formatted(update.weight(), update.scale());
      digest.update(title.getBytes(StandardCharsets.UTF_8));
      update(digest, update.a(), bytes -> {});
      update(digest, update.b(), bytes -> {});
    }
    return Sha256.hex(digest);
  }

  private static void update(MessageDigest digest, StoredTensor tensor, LongConsumer done) {
    String title = "%s %s %s\n".formatted(tensor.name(), tensor.dtype(), tensor.shape());
    digest.update(title.getBytes(StandardCharsets.UTF_8));
    forEachWindow(
        tensor,
        window -> {
          LoadListener.checkNotInterrupted();
          digest.update(window);
          done.accept(window.capacity());
        });
  }

  /** Whether two tensors have the same dtype, shape and bytes. */
  static boolean equal(StoredTensor one, StoredTensor other) {
    if (one.dtype() != other.dtype() || !one.shape().equals(other.shape())) {
      return false;
    }
    if (one.file().equals(other.file()) && one.position() == other.position()) {
      return true;
    }
    try (FileChannel first = FileChannel.open(one.file());
        FileChannel second = FileChannel.open(other.file())) {
      for (long at = 0; at < one.bytes(); at += WINDOW) {
        long size = Math.min(WINDOW, one.bytes() - at);
        MappedByteBuffer window =
            first.map(FileChannel.MapMode.READ_ONLY, one.position() + at, size);
        if (!window.equals(
            second.map(FileChannel.MapMode.READ_ONLY, other.position() + at, size))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot read tensors %s and %s: %s or %s is not readable"
              .formatted(one.name(), other.name(), one.file(), other.file()),
          e);
    }
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
}
