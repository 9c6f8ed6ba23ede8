package io.flanstream.jobs.sql;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.paimon.Snapshot;
import org.apache.paimon.table.ExpireSnapshotsImpl;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.sink.BatchTableCommit;
import org.apache.paimon.table.sink.BatchWriteBuilder;
import org.apache.paimon.table.sink.StreamTableCommit;

/**
 * Snapshots of a history, of which only what erased events leave alone may stay. A job that is
 * started again looks in them for its own last commit: without it, it would commit what its
 * checkpoint has once more, and never come further.
 */
@SuppressWarnings("try") // Paimon's resources may throw anything when they close.
final class HistorySnapshots {
  private static final Map<String, Long> NOBODY =
      Map.of("flanstream history erase", BatchWriteBuilder.COMMIT_IDENTIFIER);

  private final FileStoreTable table;

  HistorySnapshots(FileStoreTable table) {
    this.table = table;
  }

  /**
   * Deletes what only older snapshots have, their files and the bounds of their columns. The last
   * commit of each job stays known.
   */
  void forget() throws Exception {
    try (BatchTableCommit commit = table.newBatchWriteBuilder().newCommit()) {
      commit.compactManifests();
    }
    long first = commitNothing();
    ((ExpireSnapshotsImpl) table.newExpireSnapshots())
        .expireUntil(table.snapshotManager().earliestSnapshotId(), first);
  }

  /**
   * Iceberg's metadata tells of what its last commit took out, bounds of ids included: one that
   * takes out nothing follows, in the name of each job and of its last commit.
   *
   * @return the first snapshot of those
   */
  private long commitNothing() throws Exception {
    Map<String, Long> jobs;
    long before;
    do {
      jobs = lastCommits();
      before = latest();
      for (Map.Entry<String, Long> job : jobs.isEmpty() ? NOBODY.entrySet() : jobs.entrySet()) {
        try (StreamTableCommit commit =
            table.newStreamWriteBuilder().withCommitUser(job.getKey()).newCommit()) {
          commit.commit(job.getValue(), List.of());
        }
      }
      // Where a job has committed meanwhile, an older commit would tell of it.
    } while (!lastCommits().equals(jobs));
    return before + 1;
  }

  /** The last commit of each job; a job numbers its own. */
  private Map<String, Long> lastCommits() throws IOException {
    Map<String, Long> jobs = new HashMap<>();
    for (Snapshot snapshot : table.snapshotManager().safelyGetAllSnapshots()) {
      if (snapshot.commitIdentifier() != BatchWriteBuilder.COMMIT_IDENTIFIER) {
        jobs.merge(snapshot.commitUser(), snapshot.commitIdentifier(), Math::max);
      }
    }
    return jobs;
  }

  private long latest() {
    return table.snapshotManager().latestSnapshotId();
  }
}
