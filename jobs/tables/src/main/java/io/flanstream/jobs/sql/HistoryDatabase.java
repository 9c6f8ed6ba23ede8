package io.flanstream.jobs.sql;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/** The directory of Paimon's database, which exists once something is in it. */
final class HistoryDatabase {
  private static final String MARKER = ".flanstream";

  private HistoryDatabase() {}

  /**
   * Makes it, where it is not there. An object store may have no empty directories, and Paimon asks
   * whether this one exists before there is a table.
   */
  static void make(URI warehouse) throws IOException {
    Path database = new Path(new Path(warehouse), HistoryTable.DATABASE + ".db");
    FileSystem files = database.getFileSystem();
    if (!files.exists(database)) {
      files.mkdirs(database);
      if (!files.exists(database)) {
        files.create(new Path(database, MARKER), WriteMode.OVERWRITE).close();
      }
    }
  }
}
