package io.flanstream.integration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.apache.paimon.data.InternalRow;
import org.apache.paimon.fs.Path;
import org.apache.paimon.fs.local.LocalFileIO;
import org.apache.paimon.reader.RecordReader;
import org.apache.paimon.table.FileStoreTable;
import org.apache.paimon.table.FileStoreTableFactory;
import org.apache.paimon.table.source.ReadBuilder;

/**
 * Prints the id, the day and the first label of each row of a history by the format's own reader,
 * with no Flink on its class path.
 */
public final class TestingHistoryReader {
  private static final String FLINK = "org.apache.flink.api.common.JobID";

  private TestingHistoryReader() {}

  /** Its one argument is the table's directory. */
  public static void main(String[] arguments) throws IOException {
    try {
      throw new IllegalStateException("Cannot read: there is " + Class.forName(FLINK));
    } catch (ClassNotFoundException e) {
      print(FileStoreTableFactory.create(LocalFileIO.create(), new Path(arguments[0])));
    }
  }

  private static void print(FileStoreTable table) throws IOException {
    ReadBuilder reading =
        table
            .newReadBuilder()
            .withProjection(
                table.rowType().getFieldIndices(List.of("id", "day", "classifications")));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (RecordReader<InternalRow> rows =
        reading.newRead().createReader(reading.newScan().plan())) {
      rows.forEachRemaining(
          row ->
              out.println(
                  "%s %s %s"
                      .formatted(
                          row.getString(0),
                          LocalDate.ofEpochDay(row.getInt(1)),
                          row.getArray(2).getRow(0, 5).getString(1))));
    }
    out.flush();
  }
}
