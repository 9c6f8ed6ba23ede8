package io.flanstream.model.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes state dicts of one storage as PyTorch does, in both forms, larger than a disk: what is not
 * written is a hole of zeros.
 */
public final class TestingTorchFile {
  private static final String MAGIC = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
  private static final String VERSION = "\u0080\u0002M\u00e9\u0003.";

  private final long elements;
  private final boolean archive;
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  /** A file whose storage has elements of two bytes, bfloat16. */
  public TestingTorchFile(long elements, boolean archive) {
    this.elements = elements;
    this.archive = archive;
    write("\u0080\u0002}");
  }

  /** Adds a tensor that is a view of the storage. */
  public TestingTorchFile tensor(String name, long offset, List<Long> shape, List<Long> strides) {
    text(name);
    write("ctorch._utils\n_rebuild_tensor_v2\n((");
    text("storage");
    write("ctorch\nBFloat16Storage\n");
    text("0");
    text("cpu");
    number(elements);
    write(archive ? "tQ" : "NtQ");
    number(offset);
    write("(");
    shape.forEach(this::number);
    write("t(");
    strides.forEach(this::number);
    write("t\u0089ccollections\nOrderedDict\n)RtRs");
    return this;
  }

  /**
   * Writes the file.
   *
   * @return position of the storage's first byte
   */
  public long write(Path file) throws IOException {
    write(".");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return archive ? archive(channel) : stream(channel);
    }
  }

  private long stream(FileChannel channel) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(latin(MAGIC + VERSION + "\u0080\u0002}"));
    head.writeBytes(latin("U\rlittle_endian\u0088s."));
    head.writeBytes(pickle.toByteArray());
    head.writeBytes(latin("\u0080\u0002]U\u00010a."));
    head.writeBytes(little(8).putLong(elements).array());
    channel.write(ByteBuffer.wrap(head.toByteArray()), 0);
    channel.write(ByteBuffer.wrap(new byte[1]), head.size() + 2 * elements - 1);
    return head.size();
  }

  /** With ZIP64 throughout, as an archive of more than 4 GiB must have. */
  private long archive(FileChannel channel) throws IOException {
    byte[] data = pickle.toByteArray();
    long first = local(channel, 0, "archive/data.pkl", data.length);
    channel.write(ByteBuffer.wrap(data), first);
    long second = first + data.length;
    long storage = local(channel, second, "archive/data/0", 2 * elements);
    long directory = storage + 2 * elements;
    ByteArrayOutputStream entries = new ByteArrayOutputStream();
    entries.writeBytes(central("archive/data.pkl", data.length, 0));
    entries.writeBytes(central("archive/data/0", 2 * elements, second));
    int bytes = entries.size();
    ByteBuffer end = little(56 + 20 + 22);
    end.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0);
    end.putInt(0).putLong(2).putLong(2).putLong(bytes).putLong(directory);
    end.putInt(0x07064b50).putInt(0).putLong(directory + bytes).putInt(1);
    end.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
    end.putInt(-1).putInt(-1).putShort((short) 0);
    entries.writeBytes(end.array());
    channel.write(ByteBuffer.wrap(entries.toByteArray()), directory);
    return storage;
  }

  private static long local(FileChannel channel, long at, String name, long size)
      throws IOException {
    ByteBuffer header = little(30 + name.length());
    header.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0);
    header.putInt(0).putInt(0).putInt((int) Math.min(size, -1)).putInt((int) size);
    header.putShort((short) name.length()).putShort((short) 0).put(latin(name));
    channel.write(header.flip(), at);
    return at + header.limit();
  }

  private static byte[] central(String name, long size, long header) {
    ByteBuffer entry = little(46 + name.length() + 28);
    entry.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putShort((short) 0);
    entry.putShort((short) 0).putInt(0).putInt(0).putInt(-1).putInt(-1);
    entry.putShort((short) name.length()).putShort((short) 28).putShort((short) 0).putInt(0);
    entry.putInt(0).putInt(-1).put(latin(name));
    entry.putShort((short) 1).putShort((short) 24).putLong(size).putLong(size).putLong(header);
    return entry.array();
  }

  private void number(long value) {
    pickle.writeBytes(little(10).put((byte) 0x8a).put((byte) 8).putLong(value).array());
  }

  private void text(String value) {
    pickle.write('X');
    pickle.writeBytes(little(4).putInt(value.length()).array());
    write(value);
  }

  private void write(String latin) {
    pickle.writeBytes(latin(latin));
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
