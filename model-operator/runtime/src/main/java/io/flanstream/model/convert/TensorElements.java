package io.flanstream.model.convert;

import io.flanstream.model.pickle.PickledTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The bytes of a tensor's elements in order, the last dimension fastest, a buffer at a time: as
 * they lie in the file where the tensor is contiguous, gathered by its strides where it is not.
 */
final class TensorElements {
  private static final int WINDOW_BITS = 30;

  private final FileChannel file;
  private final PickledTensor tensor;
  private final long bytes;
  private final int width;
  private final ByteBuffer[] windows;
  private final long[] index;
  private long done;
  private long at;

  TensorElements(FileChannel file, PickledTensor tensor) throws IOException {
    this.file = file;
    this.tensor = tensor;
    this.bytes = tensor.bytes();
    this.width = tensor.type().bytes();
    this.windows = tensor.isContiguous() ? new ByteBuffer[0] : windows();
    this.index = new long[tensor.shape().size()];
  }

  /** Fills a buffer as far as elements are left; whether there were any. */
  boolean fill(ByteBuffer buffer) throws IOException {
    long left = bytes - done;
    if (left == 0) {
      return false;
    }
    if (left < buffer.remaining()) {
      buffer.limit(buffer.position() + (int) left);
    }
    int before = buffer.position();
    if (windows.length == 0) {
      read(buffer);
    } else {
      gather(buffer);
    }
    done += buffer.position() - before;
    return true;
  }

  private void read(ByteBuffer buffer) throws IOException {
    long position = tensor.position() + done;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, position);
      if (read < 0) {
        throw new IOException("it was cut off while it was read");
      }
      position += read;
    }
  }

  private void gather(ByteBuffer buffer) {
    while (buffer.remaining() >= width) {
      ByteBuffer window = windows[(int) (at >> WINDOW_BITS)];
      int place = (int) (at & ((1L << WINDOW_BITS) - 1));
      switch (width) {
        case 1 -> buffer.put(window.get(place));
        case 2 -> buffer.putShort(window.getShort(place));
        case 4 -> buffer.putInt(window.getInt(place));
        default -> buffer.putLong(window.getLong(place));
      }
      advance();
    }
  }

  private void advance() {
    for (int i = index.length - 1; i >= 0; i--) {
      long step = tensor.strides().get(i) * width;
      if (++index[i] < tensor.shape().get(i)) {
        at += step;
        return;
      }
      at -= step * (index[i] - 1);
      index[i] = 0;
    }
  }

  private ByteBuffer[] windows() throws IOException {
    long span = width;
    for (int i = 0; i < tensor.shape().size(); i++) {
      span += (tensor.shape().get(i) - 1) * tensor.strides().get(i) * width;
    }
    ByteBuffer[] all = new ByteBuffer[(int) (((span - 1) >> WINDOW_BITS) + 1)];
    for (int i = 0; i < all.length; i++) {
      long from = (long) i << WINDOW_BITS;
      all[i] =
          file.map(
                  FileChannel.MapMode.READ_ONLY,
                  tensor.position() + from,
                  Math.min(1L << WINDOW_BITS, span - from))
              .order(ByteOrder.nativeOrder());
    }
    return all;
  }
}
