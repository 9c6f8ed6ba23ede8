package io.flanstream.model.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a process has in flight: slots of {@value #SLOT} bytes, one for each event. The operating
 * system keeps what was written when the process ends in whatever way, so nothing waits for the
 * disk. The process holds a lock on its file as long as it lives. Thread-safe.
 */
final class JournalFile implements AutoCloseable {
  static final String SUFFIX = ".journal";

  private static final int SLOT = 2048;
  private static final int HEAD = 3;
  private static final int LONGEST = (SLOT - HEAD) / 3;
  private static final byte FREE = 0;
  private static final byte TOGETHER = 1;
  private static final byte ALONE = 2;

  /** Files that this process holds: to open and close one again would give its lock back. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final RandomAccessFile file;
  private final Deque<Integer> free = new ArrayDeque<>();
  private int slots;

  /**
   * An event that was in flight.
   *
   * @param key its name
   * @param alone whether nothing else was
   */
  record Entry(String key, boolean alone) {}

  private JournalFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  static JournalFile create(Path directory) throws IOException {
    String name = "%s-%s".formatted(ProcessHandle.current().pid(), UUID.randomUUID());
    Path making = directory.resolve(name);
    Path path = directory.resolve(name + SUFFIX);
    // No channel is written to: an interrupt of one writer would close it for all.
    RandomAccessFile file = new RandomAccessFile(making.toFile(), "rw");
    if (file.getChannel().tryLock() == null) {
      file.close();
      throw new IOException("cannot lock " + making);
    }
    HELD.add(path);
    // Under this name it is locked from the first.
    Files.move(making, path, StandardCopyOption.ATOMIC_MOVE);
    return new JournalFile(path, file);
  }

  /** As much of an event's name as a slot takes: its end, which tells events apart. */
  static String fitting(String key) {
    return key.substring(Math.max(0, key.length() - LONGEST));
  }

  /** Notes an event by a name that fits, and gives its slot. */
  int begin(String key, boolean alone) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + name.length);
    bytes.put(alone ? ALONE : TOGETHER).putShort((short) name.length).put(name);
    int slot = take();
    boolean written = false;
    try {
      write(slot, bytes.array());
      written = true;
      return slot;
    } finally {
      if (!written) {
        give(slot);
      }
    }
  }

  /** Frees a slot. */
  void end(int slot) throws IOException {
    write(slot, new byte[] {FREE});
    give(slot);
  }

  private void write(int slot, byte[] bytes) throws IOException {
    synchronized (file) {
      file.seek((long) slot * SLOT);
      file.write(bytes);
    }
  }

  private void give(int slot) {
    synchronized (free) {
      free.push(slot);
    }
  }

  /** Removes the file: what is in flight is no longer this process's. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
    file.close();
    HELD.remove(path);
  }

  /**
   * Turns the journal of a process that has ended into another file.
   *
   * @param path a journal
   * @param into where to put it
   * @return false where its process lives, or another was faster
   */
  static boolean claim(Path path, Path into) throws IOException {
    if (HELD.contains(path) || !Files.exists(path)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null || !Files.exists(path)) {
        return false;
      }
      Files.move(path, into, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What is in flight in a file. */
  static List<Entry> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<Entry> entries = new ArrayList<>();
    for (int at = 0; at + HEAD <= bytes.limit(); at += SLOT) {
      byte state = bytes.get(at);
      int length = bytes.getShort(at + 1);
      if ((state == TOGETHER || state == ALONE)
          && length >= 0
          && at + HEAD + length <= bytes.limit()) {
        byte[] key = new byte[length];
        bytes.get(at + HEAD, key);
        entries.add(new Entry(new String(key, StandardCharsets.UTF_8), state == ALONE));
      }
    }
    return entries;
  }

  private int take() {
    synchronized (free) {
      return free.isEmpty() ? slots++ : free.pop();
    }
  }
}
