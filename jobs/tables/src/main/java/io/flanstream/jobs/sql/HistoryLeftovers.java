package io.flanstream.jobs.sql;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.format.FileFormat;
import org.apache.paimon.format.FormatReaderContext;
import org.apache.paimon.format.FormatWriter;
import org.apache.paimon.fs.FileStatus;
import org.apache.paimon.fs.PositionOutputStream;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.predicate.PredicateBuilder;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.ReadBuilder;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.types.RowType;
import org.apache.paimon.utils.CloseableIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a history that have erased events and are in no snapshot. A compaction that read them
 * before they were replaced leaves one: it can never be committed, since what it replaces is gone.
 * It is emptied rather than deleted: a job that is started again from a checkpoint that names it
 * looks whether it is there before it finds that it cannot commit it. What a job has appended and
 * not committed yet must stay as it is. The one has only events that the table has, too; the other,
 * only new ones.
 */
@SuppressWarnings("try") // Paimon's resources may throw anything when they close.
final class HistoryLeftovers {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryLeftovers.class);

  /** A file without an end that is so much older than a commit's interval has no writer. */
  private static final Duration ABANDONED = Duration.ofMinutes(15);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Events of a file that are looked for in the table. */
  private static final int LOOKED_FOR = 100;

  private final FileStoreTable table;
  private final Set<BinaryString> erased;
  private final String id;

  /**
   * Looks at nothing yet.
   *
   * @param table the history
   * @param erased ids of events that its snapshots have no more
   * @param id name of the column of ids
   */
  HistoryLeftovers(FileStoreTable table, Set<BinaryString> erased, String id) {
    this.table = table;
    this.erased = erased;
    this.id = id;
  }

  /**
   * Clears them; waits for those that a job is still writing or has not committed.
   *
   * @param patience how long to wait; at least as long as a job takes to commit
   * @return files that were there when this began, and may still become part of the table with
   *     erased events
   */
  List<FileStatus> clear(Duration patience) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    long abandoned = System.currentTimeMillis() - patience.plus(ABANDONED).toMillis();
    List<FileStatus> open = open(files(), abandoned);
    while (!open.isEmpty() && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      open = open(open, abandoned);
    }
    return open;
  }

  /** Deletes all of them, where no job writes and none has anything to commit. */
  void deleteAll() throws Exception {
    for (FileStatus file : open(files(), Long.MAX_VALUE)) {
      delete(file, "a job left");
    }
  }

  /**
   * Clears those that nobody can commit.
   *
   * @param abandoned when a file without an end must have been changed to have a writer, in
   *     milliseconds since 1970
   * @return those that somebody may commit
   */
  private List<FileStatus> open(List<FileStatus> files, long abandoned) throws Exception {
    Set<String> inTable = inTable();
    List<FileStatus> open = new ArrayList<>();
    for (FileStatus file : files) {
      if (inTable.contains(file.getPath().getName()) || !table.fileIO().exists(file.getPath())) {
        continue;
      }
      FileStatus now = table.fileIO().getFileStatus(file.getPath());
      Optional<Set<BinaryString>> ids = ids(now);
      if (ids.isEmpty() && now.getModificationTime() < abandoned) {
        delete(now, "a writer left");
      } else if (ids.isEmpty()) {
        open.add(now);
      } else if (ids.get().removeAll(erased)) {
        if (isInTable(ids.get())) {
          empty(now);
        } else {
          open.add(now);
        }
      }
    }
    return open;
  }

  private void delete(FileStatus file, String why) throws IOException {
    LOG.info("Delete {}, which {}", file.getPath(), why);
    table.fileIO().delete(file.getPath(), false);
  }

  private void empty(FileStatus file) throws IOException {
    LOG.info("Empty {}, which a compaction left", file.getPath());
    try (PositionOutputStream out = table.fileIO().newOutputStream(file.getPath(), true);
        FormatWriter none =
            FileFormat.fileFormat(table.coreOptions())
                .createWriterFactory(table.rowType())
                .create(out, table.coreOptions().fileCompression())) {
      LOG.debug("{} has no row in {}", file.getPath(), none);
    }
  }

  private List<FileStatus> files() throws IOException {
    List<FileStatus> files = new ArrayList<>();
    for (FileStatus day : table.fileIO().listDirectories(table.location())) {
      if (!day.getPath().getName().contains("=")) {
        continue;
      }
      for (FileStatus bucket : table.fileIO().listDirectories(day.getPath())) {
        for (FileStatus file : table.fileIO().listStatus(bucket.getPath())) {
          if (file.getPath().getName().startsWith("data-")) {
            files.add(file);
          }
        }
      }
    }
    return files;
  }

  private Set<String> inTable() {
    Set<String> names = new HashSet<>();
    for (Split split : table.newReadBuilder().newScan().plan().splits()) {
      ((DataSplit) split).dataFiles().stream().map(DataFileMeta::fileName).forEach(names::add);
    }
    return names;
  }

  /** Ids of a file, which can be changed; empty where it has no end yet. */
  private Optional<Set<BinaryString>> ids(FileStatus file) throws Exception {
    RowType all = table.rowType();
    Set<BinaryString> ids = new HashSet<>();
    try (CloseableIterator<InternalRow> rows =
        FileFormat.fileFormat(table.coreOptions())
            .createReaderFactory(all, all.project(List.of(id)), List.of())
            .createReader(new FormatReaderContext(table.fileIO(), file.getPath(), file.getLen()))
            .toCloseableIterator()) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!row.isNullAt(0)) {
          ids.add(row.getString(0).copy());
        }
      }
      return Optional.of(ids);
    } catch (FileNotFoundException e) {
      return Optional.of(new HashSet<>());
    } catch (IOException | RuntimeException e) {
      if (!table.fileIO().exists(file.getPath())) {
        return Optional.of(new HashSet<>());
      }
      LOG.debug("{} has no end yet", file.getPath(), e);
      return Optional.empty();
    }
  }

  private boolean isInTable(Set<BinaryString> ids) throws Exception {
    List<Object> wanted = ids.stream().limit(LOOKED_FOR).collect(Collectors.toList());
    if (wanted.isEmpty()) {
      return false;
    }
    int column = table.rowType().getFieldIndex(id);
    ReadBuilder read =
        table.newReadBuilder().withFilter(new PredicateBuilder(table.rowType()).in(column, wanted));
    Set<Object> found = new HashSet<>();
    try (CloseableIterator<InternalRow> rows =
        read.newRead().createReader(read.newScan().plan()).toCloseableIterator()) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!row.isNullAt(column)) {
          found.add(row.getString(column).copy());
        }
      }
    }
    return found.containsAll(wanted);
  }
}
