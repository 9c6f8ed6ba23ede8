package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.paimon.CoreOptions;
import org.apache.paimon.catalog.Catalog;
import org.apache.paimon.catalog.CatalogContext;
import org.apache.paimon.catalog.CatalogFactory;
import org.apache.paimon.catalog.Identifier;
import org.apache.paimon.data.BinaryString;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.flink.FlinkFileIOLoader;
import org.apache.paimon.io.CompactIncrement;
import org.apache.paimon.io.DataFileMeta;
import org.apache.paimon.io.DataIncrement;
import org.apache.paimon.options.Options;
import org.apache.paimon.predicate.PredicateBuilder;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.Table;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.BatchTableWrite;
import org.apache.paimon.table.sink.CommitMessage;
import org.apache.paimon.table.sink.CommitMessageImpl;
import org.apache.paimon.table.source.DataSplit;
import org.apache.paimon.table.source.Split;
import org.apache.paimon.utils.CloseableIterator;

/**
 * Takes the events of some ids out of a pipeline's history for good: files that have one are
 * written again without it, and what older snapshots kept of them is deleted.
 *
 * <p>A file is replaced as a compaction replaces it, so that whatever a running job appends
 * meanwhile stays; where both replace the same file at once, one of them tries again.
 */
@SuppressWarnings("try") // Paimon's resources may throw anything when they close.
public final class HistoryErasure {
  private static final int ATTEMPTS = 20;
  private static final String ID = "id";

  /** Beyond a commit of the job: it may have to go on from its last one first. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FileStoreTable table;
  private final Set<BinaryString> ids;
  private final int idColumn;

  /**
   * What was erased.
   *
   * @param events how many events
   * @param files how many files had them
   * @param open files that may have some, and that a job has not committed
   */
  public record Erased(long events, int files, List<String> open) {
    /** Nothing. */
    static final Erased NOTHING = new Erased(0, 0, List.of());

    private Erased and(Erased other) {
      return new Erased(events + other.events, files + other.files, other.open);
    }
  }

  /** A file without the events, and how many there were. */
  private record Replaced(CommitMessage change, long events) {}

  private HistoryErasure(FileStoreTable table, Set<BinaryString> ids) {
    this.table = table;
    this.ids = ids;
    this.idColumn = table.rowType().getFieldIndex(ID);
  }

  /**
   * Erases the events of some ids. A job may keep the history meanwhile.
   *
   * @param pipeline a pipeline that keeps its history
   * @param ids ids of events
   * @throws IOException if the table cannot be read or written
   */
  public static Erased erase(Pipeline pipeline, Collection<String> ids) throws IOException {
    Duration commits = pipeline.history().orElseThrow().commitInterval();
    return erase(pipeline, ids, Optional.of(commits.plus(PATIENCE)));
  }

  /**
   * Erases the events of some ids where the job that keeps the history was stopped with a
   * savepoint, so that it has nothing to commit.
   *
   * @param pipeline a pipeline that keeps its history
   * @param ids ids of events
   * @throws IOException if the table cannot be read or written
   */
  public static Erased eraseStopped(Pipeline pipeline, Collection<String> ids) throws IOException {
    return erase(pipeline, ids, Optional.empty());
  }

  /**
   * The same.
   *
   * @param patience how long to wait for files that a job is writing; empty where there is none
   */
  static Erased erase(Pipeline pipeline, Collection<String> ids, Optional<Duration> patience)
      throws IOException {
    Options options = Options.fromMap(HistoryTable.catalogOptions(pipeline));
    try (Catalog catalog =
        CatalogFactory.createCatalog(
            CatalogContext.create(options, null, new FlinkFileIOLoader()))) {
      Table table = catalog.getTable(Identifier.create(HistoryTable.DATABASE, pipeline.name()));
      HistoryErasure erasure =
          new HistoryErasure(
              ((FileStoreTable) table).copy(Map.of(CoreOptions.WRITE_ONLY.key(), "true")),
              ids.stream().map(BinaryString::fromString).collect(Collectors.toSet()));
      return erasure.erased(patience);
    } catch (IOException e) {
      throw e;
    } catch (Catalog.TableNotExistException e) {
      throw new IOException(
          "Cannot erase: %s has no history of %s yet"
              .formatted(pipeline.history().orElseThrow().warehouse(), pipeline.name()),
          e);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("Cannot erase: " + e.getMessage(), e);
    }
  }

  /** Erases until nothing is left: a job may have added some meanwhile. */
  private Erased erased(Optional<Duration> patience) throws Exception {
    HistoryLeftovers leftovers = new HistoryLeftovers(table, ids, ID);
    HistorySnapshots snapshots = new HistorySnapshots(table);
    Erased erased = Erased.NOTHING;
    int before;
    do {
      before = erased.files();
      erased = erased.and(replaced());
      snapshots.forget();
      if (patience.isEmpty()) {
        leftovers.deleteAll();
      } else {
        List<String> open =
            leftovers.clear(patience.get()).stream()
                .map(file -> file.getPath().toString())
                .toList();
        erased = erased.and(new Erased(0, 0, open));
      }
    } while (erased.files() > before);
    return erased;
  }

  /** Replaces files until none has such an event. */
  private Erased replaced() throws Exception {
    Erased erased = Erased.NOTHING;
    RuntimeException conflict = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Replaced> replaced = rewritten();
      if (replaced.isEmpty()) {
        return erased;
      }
      try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
        commit.commit(replaced.stream().map(Replaced::change).toList());
        erased =
            erased.and(
                new Erased(
                    replaced.stream().mapToLong(Replaced::events).sum(),
                    replaced.size(),
                    List.of()));
      } catch (RuntimeException e) {
        // A compaction has replaced one of the files: it is looked at again.
        conflict = e;
      }
    }
    throw new IOException(
        "Cannot erase: the job that keeps the history replaces the same files; stop it first",
        conflict);
  }

  private List<Replaced> rewritten() throws Exception {
    List<Object> wanted = new ArrayList<>(ids);
    List<Split> splits =
        table
            .newReadBuilder()
            .withFilter(new PredicateBuilder(table.rowType()).in(idColumn, wanted))
            .newScan()
            .plan()
            .splits();
    List<Replaced> replaced = new ArrayList<>();
    for (Split split : splits) {
      DataSplit of = (DataSplit) split;
      for (DataFileMeta file : of.dataFiles()) {
        rewritten(of, file).ifPresent(replaced::add);
      }
    }
    return replaced;
  }

  /** Writes a file again without the events; empty where it has none. */
  private Optional<Replaced> rewritten(DataSplit split, DataFileMeta file) throws Exception {
    DataSplit alone =
        DataSplit.builder()
            .withSnapshot(split.snapshotId())
            .withPartition(split.partition())
            .withBucket(split.bucket())
            .withBucketPath(split.bucketPath())
            .withTotalBuckets(split.totalBuckets())
            .withDataFiles(List.of(file))
            .rawConvertible(split.rawConvertible())
            .isStreaming(false)
            .build();
    long events = found(alone);
    if (events == 0) {
      return Optional.empty();
    }
    List<DataFileMeta> files = new ArrayList<>();
    try (BatchTableWrite write = table.newBatchWriteBuilder().newWrite();
        CloseableIterator<InternalRow> rows = rows(alone)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!isErased(row)) {
          write.write(row);
        }
      }
      for (CommitMessage message : write.prepareCommit()) {
        files.addAll(((CommitMessageImpl) message).newFilesIncrement().newFiles());
      }
    }
    return Optional.of(
        new Replaced(
            new CommitMessageImpl(
                split.partition(),
                split.bucket(),
                split.totalBuckets(),
                DataIncrement.emptyIncrement(),
                new CompactIncrement(List.of(file), files, List.of())),
            events));
  }

  private long found(DataSplit split) throws Exception {
    long events = 0;
    try (CloseableIterator<InternalRow> rows = rows(split)) {
      while (rows.hasNext()) {
        events += isErased(rows.next()) ? 1 : 0;
      }
    }
    return events;
  }

  private CloseableIterator<InternalRow> rows(DataSplit split) throws IOException {
    return table.newReadBuilder().newRead().createReader(split).toCloseableIterator();
  }

  private boolean isErased(InternalRow row) {
    return !row.isNullAt(idColumn) && ids.contains(row.getString(idColumn));
  }
}
