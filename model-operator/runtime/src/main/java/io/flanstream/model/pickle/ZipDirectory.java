package io.flanstream.model.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a zip archive lie, by its central directory: PKWARE's APPNOTE 6.3.10, with
 * ZIP64. Nothing is unpacked: PyTorch stores, so that an entry's bytes are the file's own.
 *
 * <p>{@code java.util.zip} does not say where an entry's bytes lie.
 */
final class ZipDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ZIP64_FIELD = 1;
  private static final long IN_ZIP64 = 0xffff_ffffL;
  private static final int ENCRYPTED = 1;

  private static final int MAX_ENTRIES = 100_000;
  private static final int MAX_DIRECTORY_BYTES = 1 << 25;

  /**
   * An entry that is stored as it is.
   *
   * @param name its name
   * @param method how it is compressed: 0 for not at all
   * @param size its bytes
   * @param header byte of the file at which its local header lies
   */
  record Entry(String name, int method, long size, long header) {}

  private final FileRegion file;
  private final long start;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipDirectory(FileRegion file, long start) {
    this.file = file;
    this.start = start;
  }

  /** Whether a file begins as a zip archive does. */
  static boolean isZip(FileRegion file) {
    return file.size() >= 4 && file.read(0, 4).getInt() == LOCAL_SIGNATURE;
  }

  /**
   * Reads the directory.
   *
   * @throws PickleException if it is malformed, or larger than any of PyTorch's
   */
  static ZipDirectory read(FileRegion file) {
    long end = findEnd(file);
    ByteBuffer record = file.read(end, END_BYTES);
    long count = Short.toUnsignedLong(record.getShort(10));
    long bytes = Integer.toUnsignedLong(record.getInt(12));
    long start = Integer.toUnsignedLong(record.getInt(16));
    if (count == 0xffff || bytes == IN_ZIP64 || start == IN_ZIP64) {
      ByteBuffer record64 = end64(file, end);
      count = record64.getLong(32);
      bytes = record64.getLong(40);
      start = record64.getLong(48);
    }
    if (count < 1 || count > MAX_ENTRIES || bytes < 0 || bytes > MAX_DIRECTORY_BYTES) {
      throw file.refused(
          "the archive's directory",
          "have 1 to %s entries in at most %s bytes".formatted(MAX_ENTRIES, MAX_DIRECTORY_BYTES),
          "%s in %s".formatted(Long.toUnsignedString(count), Long.toUnsignedString(bytes)));
    }
    ZipDirectory directory = new ZipDirectory(file, start);
    directory.readEntries(file.read(start, (int) bytes), (int) count);
    return directory;
  }

  /** Entries by name, in the directory's order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /**
   * The byte of the file at which an entry's own bytes begin.
   *
   * @throws PickleException if the entry is compressed, its local header contradicts the directory,
   *     or it does not lie before the directory
   */
  long position(Entry entry) {
    String what = "entry " + PickleData.quote(entry.name());
    if (entry.method() != 0) {
      throw file.refused(what, "be stored as it is", "compression " + entry.method());
    }
    ByteBuffer local = file.read(entry.header(), LOCAL_BYTES);
    int nameBytes = Short.toUnsignedInt(local.getShort(26));
    int extraBytes = Short.toUnsignedInt(local.getShort(28));
    boolean sound =
        local.getInt(0) == LOCAL_SIGNATURE
            && local.getShort(8) == 0
            && text(file.read(entry.header() + LOCAL_BYTES, nameBytes)).equals(entry.name());
    if (!sound) {
      throw file.refused(what, "have a header that says the same as the directory", "another");
    }
    long position = entry.header() + LOCAL_BYTES + nameBytes + extraBytes;
    if (entry.size() > start - position) {
      throw file.refused(
          what,
          "lie before the archive's directory at byte %s".formatted(start),
          "%s bytes from byte %s".formatted(entry.size(), position));
    }
    return position;
  }

  private static long findEnd(FileRegion file) {
    int window = (int) Math.min(file.size(), END_BYTES + LONGEST_COMMENT);
    long from = file.size() - window;
    ByteBuffer tail = file.read(from, window);
    for (int at = window - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_BYTES + Short.toUnsignedInt(tail.getShort(at + 20)) == window) {
        return from + at;
      }
    }
    throw file.refused("a zip archive", "end with its directory", "a file that is cut off");
  }

  private static ByteBuffer end64(FileRegion file, long end) {
    ByteBuffer locator = file.read(end - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.getInt(0) == LOCATOR_SIGNATURE) {
      ByteBuffer record = file.read(locator.getLong(8), END64_BYTES);
      if (record.getInt(0) == END64_SIGNATURE) {
        return record;
      }
    }
    throw file.refused("a zip archive", "have a ZIP64 directory where it says so", "none");
  }

  private void readEntries(ByteBuffer directory, int count) {
    for (int i = 0; i < count; i++) {
      if (directory.remaining() < ENTRY_BYTES || directory.getInt() != ENTRY_SIGNATURE) {
        throw malformed(i);
      }
      ByteBuffer fixed = slice(directory, ENTRY_BYTES - 4);
      int nameBytes = Short.toUnsignedInt(fixed.getShort(24));
      int extraBytes = Short.toUnsignedInt(fixed.getShort(26));
      int commentBytes = Short.toUnsignedInt(fixed.getShort(28));
      if (directory.remaining() < nameBytes + extraBytes + commentBytes) {
        throw malformed(i);
      }
      String name = text(slice(directory, nameBytes));
      add(name, fixed, slice(directory, extraBytes), i);
      directory.position(directory.position() + commentBytes);
    }
  }

  private void add(String name, ByteBuffer fixed, ByteBuffer extra, int index) {
    long stored = Integer.toUnsignedLong(fixed.getInt(16));
    long size = Integer.toUnsignedLong(fixed.getInt(20));
    long header = Integer.toUnsignedLong(fixed.getInt(38));
    if (size == IN_ZIP64 || stored == IN_ZIP64 || header == IN_ZIP64) {
      ByteBuffer wide = zip64(extra, index);
      size = size == IN_ZIP64 ? next(wide, index) : size;
      stored = stored == IN_ZIP64 ? next(wide, index) : stored;
      header = header == IN_ZIP64 ? next(wide, index) : header;
    }
    int method = Short.toUnsignedInt(fixed.getShort(6));
    boolean plain = (fixed.getShort(4) & ENCRYPTED) == 0 && (method != 0 || stored == size);
    if (size < 0 || header < 0 || header >= start || !plain) {
      throw malformed(index);
    }
    if (entries.put(name, new Entry(name, method, size, header)) != null) {
      throw file.refused("an archive", "have each entry once", PickleData.quote(name) + " twice");
    }
  }

  private ByteBuffer zip64(ByteBuffer extra, int index) {
    while (extra.remaining() >= 4) {
      int field = Short.toUnsignedInt(extra.getShort());
      int bytes = Short.toUnsignedInt(extra.getShort());
      if (bytes > extra.remaining()) {
        throw malformed(index);
      }
      ByteBuffer content = slice(extra, bytes);
      if (field == ZIP64_FIELD) {
        return content;
      }
    }
    throw malformed(index);
  }

  private long next(ByteBuffer wide, int index) {
    if (wide.remaining() < 8) {
      throw malformed(index);
    }
    return wide.getLong();
  }

  private PickleException malformed(int index) {
    return file.refused(
        "entry %s of the archive's directory".formatted(index), "be sound", "noise");
  }

  private static ByteBuffer slice(ByteBuffer from, int bytes) {
    ByteBuffer part = from.slice(from.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    from.position(from.position() + bytes);
    return part;
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }
}
