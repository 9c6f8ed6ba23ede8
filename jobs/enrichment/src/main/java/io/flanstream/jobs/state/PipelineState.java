package io.flanstream.jobs.state;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * What is kept of a pipeline from run to run, on any file system of Flink's.
 *
 * <pre>
 * NAME-HASH/id                      of the directory
 *           start-00000007/start.json   what the seventh start went on from
 *                          JOB/chk-12   Flink checkpoints of its job
 *                          savepoint-…  where it was stopped
 *                          stops        where else it may have been stopped
 *                          ended        that it read to the end of a bounded run
 * </pre>
 *
 * <p>Each start has a directory of its own, so that a process which comes back to life writes
 * nowhere that a later one reads. A start that has no checkpoint yet is gone on from by what it
 * went on from itself. Only that and the newest start are kept.
 */
public final class PipelineState {
  private static final String START = "start-";
  private static final String START_FILE = "start.json";
  private static final String STOPS_FILE = "stops";
  private static final String ENDED_FILE = "ended";
  private static final String ID_FILE = "id";
  private static final String CHECKPOINT = "chk-";
  private static final String SAVEPOINT = "savepoint-";
  private static final int JOB_DIGITS = 6;
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Path root;
  private final FileSystem files;

  /** The state in a directory, which may not be there yet. */
  public PipelineState(Path root) throws IOException {
    this.root = root;
    this.files = root.getFileSystem();
  }

  /** The directory. */
  public Path root() {
    return root;
  }

  /** Id of the directory, which is given to it when it is asked first. */
  public String id() throws IOException {
    Path file = new Path(root, ID_FILE);
    Optional<String> written = read(file);
    if (written.isEmpty()) {
      files.mkdirs(root);
      write(file, UUID.randomUUID().toString());
      written = read(file);
    }
    return written.orElseThrow(() -> new FileNotFoundException(file.toString()));
  }

  /** The starts, the newest first. */
  public List<StartRecord> starts() throws IOException {
    List<StartRecord> starts = new ArrayList<>();
    for (Path directory : directories(root, START)) {
      Optional<String> json = read(new Path(directory, START_FILE));
      if (json.isPresent()) {
        starts.add(JSON.readValue(json.get(), StartRecord.class));
      }
    }
    starts.sort(Comparator.comparingLong(StartRecord::number).reversed());
    return starts;
  }

  /** The newest complete savepoint or checkpoint of a start. */
  public Optional<SavedState> newest(StartRecord start) throws IOException {
    List<Path> found = new ArrayList<>();
    Path directory = directory(start.number());
    for (Path saved : directories(directory, SAVEPOINT)) {
      if (files.exists(new Path(saved, SavedState.METADATA))) {
        found.add(saved);
      }
    }
    for (Path job : directories(directory, "")) {
      for (Path checkpoint : directories(job, CHECKPOINT)) {
        if (files.exists(new Path(checkpoint, SavedState.METADATA))) {
          found.add(checkpoint);
        }
      }
    }
    Optional<String> elsewhere = read(new Path(directory, STOPS_FILE));
    for (String line : elsewhere.stream().flatMap(String::lines).toList()) {
      Path prefix = new Path(line);
      for (Path saved : directories(prefix.getParent(), prefix.getName())) {
        if (saved.getFileSystem().exists(new Path(saved, SavedState.METADATA))) {
          found.add(saved);
        }
      }
    }
    List<SavedState> states = new ArrayList<>();
    for (Path saved : found) {
      states.add(SavedState.read(saved));
    }
    return states.stream().max(Comparator.comparingLong(SavedState::id));
  }

  /** Whether a start is known to have read to its end. */
  public boolean hasEnded(StartRecord start) throws IOException {
    return files.exists(new Path(directory(start.number()), ENDED_FILE));
  }

  /** Notes a new start, before its job runs; what no later start can go on from is deleted. */
  public void begin(StartRecord start) throws IOException {
    Path directory = directory(start.number());
    files.mkdirs(directory);
    write(new Path(directory, START_FILE), JSON.writeValueAsString(start));
    for (StartRecord other : starts()) {
      boolean kept =
          other.number() >= start.number()
              || (start.from() != null
                  && new Path(start.from())
                      .getPath()
                      .startsWith(directory(other.number()).getPath() + Path.SEPARATOR));
      if (!kept) {
        files.delete(directory(other.number()), true);
      }
    }
  }

  /**
   * Notes, before the job of a start is stopped, that its savepoint will be in another directory.
   *
   * @param startDirectory the start's directory
   * @param savepoints the other directory
   * @param job id of the job, with the first digits of which Flink names the savepoint
   */
  public static void stopsInto(Path startDirectory, Path savepoints, String job)
      throws IOException {
    Path file = new Path(startDirectory, STOPS_FILE);
    Path prefix = new Path(savepoints, SAVEPOINT + job.substring(0, JOB_DIGITS));
    write(file, read(file).orElse("") + prefix + "\n");
  }

  /** Notes that a start has read to its end, and that its results are committed. */
  public void ended(long start) throws IOException {
    write(new Path(directory(start), ENDED_FILE), "");
  }

  /** Directory of a start: where its job has its checkpoints. */
  public Path directory(long start) {
    return new Path(root, START + String.format(Locale.ROOT, "%08d", start));
  }

  private static List<Path> directories(Path parent, String prefix) throws IOException {
    FileSystem files = parent.getFileSystem();
    FileStatus[] listed;
    try {
      listed = files.exists(parent) ? files.listStatus(parent) : null;
    } catch (FileNotFoundException e) {
      listed = null;
    }
    return listed == null
        ? List.of()
        : Arrays.stream(listed)
            .filter(FileStatus::isDir)
            .map(FileStatus::getPath)
            .filter(path -> path.getName().startsWith(prefix))
            .toList();
  }

  private static Optional<String> read(Path file) throws IOException {
    FileSystem files = file.getFileSystem();
    if (!files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Writes a file whole: under another name first. */
  private static void write(Path file, String text) throws IOException {
    FileSystem files = file.getFileSystem();
    Path part = new Path(file.getParent(), "." + file.getName());
    try (OutputStream out = files.create(part, FileSystem.WriteMode.OVERWRITE)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (files.exists(file)) {
      files.delete(file, false);
    }
    if (!files.rename(part, file)) {
      throw new IOException("Cannot write %s: it cannot be renamed".formatted(file));
    }
  }
}
