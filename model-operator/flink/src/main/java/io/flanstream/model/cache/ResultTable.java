package io.flanstream.model.cache;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** One connection to the table of results. Not thread-safe; processes and threads may have many. */
final class ResultTable implements AutoCloseable {
  private static final String CREATE =
      "CREATE TABLE IF NOT EXISTS results (key BLOB NOT NULL UNIQUE, value BLOB NOT NULL, checksum INTEGER NOT NULL)";
  private static final String GET = "SELECT value, checksum FROM results WHERE key = ?";
  private static final String PUT = "INSERT OR IGNORE INTO results VALUES (?, ?, ?)";
  private static final String SIZE =
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
  private static final String DELETE_OLDEST =
      "DELETE FROM results WHERE rowid <= (SELECT MIN(rowid) + (MAX(rowid) - MIN(rowid)) / 10 FROM results)";
  private static final int BUSY_MILLIS = 5000;
  private static final Set<SQLiteErrorCode> DAMAGE =
      Set.of(
          SQLiteErrorCode.SQLITE_CORRUPT,
          SQLiteErrorCode.SQLITE_NOTADB,
          // What is no table of ours, or no longer.
          SQLiteErrorCode.SQLITE_ERROR);

  private final Connection connection;
  private final PreparedStatement get;
  private final PreparedStatement put;

  /**
   * A result.
   *
   * @param key what was asked
   * @param value its results
   */
  record Row(ByteBuffer key, byte[] value) {

    byte[] keyBytes() {
      byte[] bytes = new byte[key.remaining()];
      key.duplicate().get(bytes);
      return bytes;
    }

    /** Over key and value, so that a value is never that of another key. */
    long checksum() {
      CRC32C checksum = new CRC32C();
      checksum.update(key.duplicate());
      checksum.update(value);
      return checksum.getValue();
    }
  }

  private ResultTable(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
    this.get = connection.prepareStatement(GET);
    this.put = connection.prepareStatement(PUT);
  }

  static ResultTable open(Path file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    // A commit waits for no disk: what a power cut takes with it is only forgotten.
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.NORMAL);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(TransactionMode.IMMEDIATE);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      return new ResultTable(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether the file, rather than the disk or another process, is at fault. */
  static boolean isDamage(SQLException thrown) {
    return thrown instanceof SQLiteException sqlite && DAMAGE.contains(sqlite.getResultCode());
  }

  byte[] get(ByteBuffer key) throws SQLException {
    Row asked = new Row(key, new byte[0]);
    get.setBytes(1, asked.keyBytes());
    try (ResultSet found = get.executeQuery()) {
      if (!found.next()) {
        return null;
      }
      byte[] value = found.getBytes(1);
      if (value == null || new Row(key, value).checksum() != found.getLong(2)) {
        throw new SQLiteException(
            "a result has not the checksum that it was written with",
            SQLiteErrorCode.SQLITE_CORRUPT);
      }
      return value;
    }
  }

  void put(List<Row> rows) throws SQLException {
    connection.setAutoCommit(false);
    try {
      for (Row row : rows) {
        put.setBytes(1, row.keyBytes());
        put.setBytes(2, row.value());
        put.setLong(3, row.checksum());
        put.addBatch();
      }
      put.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** Deletes the oldest until the rest is small enough; the file keeps its pages for what comes. */
  void shrink(long maxBytes) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int deleted = 1;
      while (deleted > 0 && size(statement) > maxBytes) {
        deleted = statement.executeUpdate(DELETE_OLDEST);
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is lost: every commit is in the file.
    }
  }

  private static long size(Statement statement) throws SQLException {
    try (ResultSet size = statement.executeQuery(SIZE)) {
      return size.getLong(1);
    }
  }
}
