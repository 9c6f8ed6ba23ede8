package io.flanstream.jobs.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;

/**
 * Files of a history as they lie on the disk, read without the library that wrote them.
 *
 * @param warehouse directory of the lake
 */
record TestingLake(Path warehouse) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PARQUET = ".parquet";

  /** Files that have one of some texts: in their bytes, or in what is compressed in them. */
  List<Path> filesWith(List<String> texts) throws IOException, SQLException {
    List<Path> with = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(warehouse)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        boolean has = texts.stream().anyMatch(bytes::contains);
        if (file.toString().endsWith(PARQUET)) {
          has |= ids(List.of(file.toString())).stream().anyMatch(texts::contains);
        } else if (bytes.startsWith("Obj\001")) {
          has |= records(file).stream().anyMatch(record -> has(record, texts));
        }
        if (has) {
          with.add(file);
        }
      }
    }
    return with;
  }

  /** Ids in the files that Iceberg's metadata names, by DuckDB. */
  List<String> icebergIds(String table) throws IOException, SQLException {
    Path metadata = warehouse.resolve("flanstream.db").resolve(table).resolve("metadata");
    String version = Files.readString(metadata.resolve("version-hint.text")).strip();
    JsonNode newest = MAPPER.readTree(metadata.resolve("v" + version + ".metadata.json").toFile());
    long current = newest.get("current-snapshot-id").longValue();
    List<String> files = new ArrayList<>();
    for (JsonNode snapshot : newest.get("snapshots")) {
      if (snapshot.get("snapshot-id").longValue() == current) {
        for (IndexedRecord manifest : records(path(snapshot.get("manifest-list").textValue()))) {
          for (IndexedRecord entry : records(path(field(manifest, "manifest_path")))) {
            if (!field(entry, "status").equals("2")) {
              files.add(
                  path(field((IndexedRecord) value(entry, "data_file"), "file_path")).toString());
            }
          }
        }
      }
    }
    return ids(files);
  }

  private static List<String> ids(List<String> files) throws SQLException {
    List<String> ids = new ArrayList<>();
    String list = files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", "));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT id FROM read_parquet([%s])".formatted(list))) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  private static List<IndexedRecord> records(Path file) throws IOException {
    List<IndexedRecord> records = new ArrayList<>();
    try (DataFileReader<IndexedRecord> reader =
        new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
      reader.forEach(records::add);
    }
    return records;
  }

  private static boolean has(Object value, List<String> texts) {
    if (value instanceof IndexedRecord record) {
      return record.getSchema().getFields().stream()
          .anyMatch(field -> has(record.get(field.pos()), texts));
    }
    if (value instanceof Collection<?> list) {
      return list.stream().anyMatch(one -> has(one, texts));
    }
    if (value instanceof Map<?, ?> map) {
      return has(map.keySet(), texts) || has(map.values(), texts);
    }
    String text =
        value instanceof ByteBuffer bytes
            ? StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString()
            : String.valueOf(value);
    return texts.stream().anyMatch(text::contains);
  }

  private static Object value(IndexedRecord record, String field) {
    return record.get(record.getSchema().getField(field).pos());
  }

  private static String field(IndexedRecord record, String field) {
    return String.valueOf(value(record, field));
  }

  private static Path path(String uri) {
    return Path.of(uri.replaceFirst("^file:/+", "/"));
  }
}
