package io.flanstream.model.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results in an SQLite file that the processes of a machine share. Reads on one thread of its own,
 * and writes on another, many at a time. What it cannot read or write it does without: a damaged
 * file is put away with a warning, and begins anew.
 */
final class DiskStore implements ResultStore {
  static final String FILE = "results.sqlite";

  private static final Logger LOG = LoggerFactory.getLogger(DiskStore.class);
  private static final int MOST_PENDING = 4096;
  private static final long PATIENCE_SECONDS = 10;

  private final Path file;
  private final long maxBytes;
  private final Queue<ResultTable.Row> pending = new ArrayBlockingQueue<>(MOST_PENDING);
  private final ExecutorService writer = thread("result-cache-writer");
  private final ExecutorService reader = thread("result-cache-reader");
  private final Object reading = new Object();
  private final Object writing = new Object();
  // One connection each: a read does not wait for a commit.
  private ResultTable read;
  private ResultTable write;
  private volatile boolean complained;

  private DiskStore(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          // It outlives the job whose thread makes it.
          thread.setContextClassLoader(DiskStore.class.getClassLoader());
          return thread;
        });
  }

  static DiskStore open(String directory, long maxBytes) {
    Path file = Path.of(directory).resolve(FILE);
    DiskStore store = new DiskStore(file, maxBytes);
    try {
      Files.createDirectories(file.getParent());
      store.connect();
    } catch (IOException | SQLException e) {
      store.writer.shutdown();
      store.reader.shutdown();
      throw new IllegalStateException(
          "Cannot open result cache: %s must be a directory on a local disk: %s"
              .formatted(directory, e.getMessage()),
          e);
    }
    return store;
  }

  @Override
  public byte[] get(ByteBuffer key) {
    try {
      byte[] value = found(key);
      complained = false;
      return value;
    } catch (SQLException e) {
      trouble(e);
      return null;
    }
  }

  /** The same on a thread of its own, so that whoever asks does not wait for the disk. */
  CompletableFuture<byte[]> read(ByteBuffer key) {
    try {
      return CompletableFuture.supplyAsync(() -> get(key), reader);
    } catch (RejectedExecutionException e) {
      // It is closed.
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void put(ByteBuffer key, byte[] value) {
    // What comes faster than the disk takes it is not kept.
    if (pending.offer(new ResultTable.Row(key, value))) {
      writer.execute(this::writePending);
    }
  }

  @Override
  public void close() {
    writer.shutdown();
    reader.shutdown();
    try {
      if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)
          || !reader.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Result cache {} is closed before all is written", file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disconnect();
  }

  private void writePending() {
    List<ResultTable.Row> rows = new ArrayList<>();
    for (ResultTable.Row row = pending.poll(); row != null; row = pending.poll()) {
      rows.add(row);
    }
    if (rows.isEmpty()) {
      return;
    }
    try {
      write(rows);
    } catch (SQLException e) {
      trouble(e);
    }
  }

  private byte[] found(ByteBuffer key) throws SQLException {
    synchronized (reading) {
      return read.get(key);
    }
  }

  private void write(List<ResultTable.Row> rows) throws SQLException {
    synchronized (writing) {
      write.put(rows);
      write.shrink(maxBytes);
    }
  }

  /** Called without a lock: it takes both. */
  private void trouble(SQLException thrown) {
    if (!ResultTable.isDamage(thrown)) {
      if (!complained) {
        complained = true;
        LOG.warn("Cannot use result cache {}: {}; it is done without", file, thrown.getMessage());
      }
      return;
    }
    synchronized (reading) {
      synchronized (writing) {
        try {
          beginAnew(thrown);
        } catch (IOException | SQLException e) {
          LOG.warn("Cannot begin result cache {} anew: {}", file, e.getMessage());
        }
      }
    }
  }

  private void connect() throws IOException, SQLException {
    try {
      write = ResultTable.open(file);
      read = ResultTable.open(file);
    } catch (SQLException e) {
      if (!ResultTable.isDamage(e)) {
        throw e;
      }
      beginAnew(e);
    }
  }

  private void beginAnew(SQLException damage) throws IOException, SQLException {
    LOG.warn("Result cache {} is damaged and begins anew, empty: {}", file, damage.getMessage());
    disconnect();
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
    write = ResultTable.open(file);
    read = ResultTable.open(file);
  }

  private void disconnect() {
    for (ResultTable table : new ResultTable[] {read, write}) {
      if (table != null) {
        table.close();
      }
    }
  }
}
