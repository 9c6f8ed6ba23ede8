package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The table of a history as a reader of Iceberg finds it: by its metadata alone.
 *
 * @param table its directory
 */
record TestingIceberg(Path table) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String NEWEST = "v(\\d+)\\.metadata\\.json";
  private static final String DELETED = "2";

  /**
   * What a version of the table has.
   *
   * @param snapshot the snapshot that it shows, which has the same number in Paimon
   * @param rows how many rows the data files of the snapshot have
   */
  record Count(long snapshot, long rows) {}

  /** Its newest version; empty where there is none yet. */
  OptionalInt version() throws IOException {
    Path metadata = new Path(table, "metadata");
    FileSystem files = metadata.getFileSystem();
    while (files.exists(metadata)) {
      try {
        return Arrays.stream(files.listStatus(metadata))
            .map(file -> file.getPath().getName())
            .filter(name -> name.matches(NEWEST))
            .mapToInt(name -> Integer.parseInt(name.replaceAll(NEWEST, "$1")))
            .max();
      } catch (FileNotFoundException e) {
        // Flink's own listing fails where an old version is deleted meanwhile.
      }
    }
    return OptionalInt.empty();
  }

  /** Counts a version, each of whose files must be there in its full length. */
  Count count(int version) throws IOException {
    JsonNode metadata = json(new Path(table, "metadata/v%s.metadata.json".formatted(version)));
    long current = metadata.get("current-snapshot-id").longValue();
    JsonNode snapshot =
        StreamSupport.stream(metadata.get("snapshots").spliterator(), false)
            .filter(one -> one.get("snapshot-id").longValue() == current)
            .findFirst()
            .orElseThrow();
    long rows = 0;
    for (IndexedRecord manifest : records(new Path(snapshot.get("manifest-list").textValue()))) {
      for (IndexedRecord entry : records(new Path(text(manifest, "manifest_path")))) {
        if (!text(entry, "status").equals(DELETED)) {
          IndexedRecord file = (IndexedRecord) value(entry, "data_file");
          Path path = new Path(text(file, "file_path"));
          assertThat(path.getFileSystem().getFileStatus(path).getLen())
              .isEqualTo(value(file, "file_size_in_bytes"));
          rows += (long) value(file, "record_count");
        }
      }
    }
    return new Count(current, rows);
  }

  /** How many rows a snapshot has in Paimon, whose table Flink counts. */
  long paimonRows(long snapshot) throws IOException {
    return json(new Path(table, "snapshot/snapshot-" + snapshot))
        .get("totalRecordCount")
        .longValue();
  }

  private static JsonNode json(Path file) throws IOException {
    try (InputStream in = file.getFileSystem().open(file)) {
      return MAPPER.readTree(in);
    }
  }

  private static List<IndexedRecord> records(Path file) throws IOException {
    List<IndexedRecord> records = new ArrayList<>();
    try (InputStream in = file.getFileSystem().open(file);
        DataFileStream<IndexedRecord> reader =
            new DataFileStream<>(in, new GenericDatumReader<>())) {
      reader.forEach(records::add);
    }
    return records;
  }

  private static Object value(IndexedRecord record, String field) {
    return record.get(record.getSchema().getField(field).pos());
  }

  private static String text(IndexedRecord record, String field) {
    return String.valueOf(value(record, field));
  }
}
