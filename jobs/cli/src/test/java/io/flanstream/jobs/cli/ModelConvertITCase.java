package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code model convert} in a process whose heap is smaller than one tensor, ended by signals. With
 * {@code -Dflanstream.conversion.gigabytes=5} of weights, 512 MB of heap are little, too.
 */
@Timeout(900)
class ModelConvertITCase {
  private static final int GIGABYTES = Integer.getInteger("flanstream.conversion.gigabytes", 0);
  private static final long LARGE = GIGABYTES > 0 ? GIGABYTES * 1_000_000_000L : 300_000_000;
  private static final String HEAP = GIGABYTES > 0 ? "-Xmx512m" : "-Xmx64m";

  @TempDir private Path temporary;
  private Path source;
  private Path target;

  @BeforeEach
  void writeShards() throws IOException {
    source = Files.createDirectory(temporary.resolve("with blanks in its name"));
    target = temporary.resolve("model");
    write("first", 1_000, "1");
    write("second", LARGE, "2");
    write("third", 1_000, "3");
    Files.writeString(
        source.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {\"first\": \"1.bin\", \"second\": \"2.bin\", \"third\": \"3.bin\"}}");
    Files.writeString(source.resolve("config.json"), "{\"model_type\": \"t5\"}");
  }

  @Test
  void aTensorLargerThanTheHeapIsConverted()
      throws IOException, InterruptedException, ExecutionException {
    assertConverted(TestingCommand.ended(start()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "KILL"})
  void whatASignalEndsIsNoModelAndIsResumed(String signal)
      throws IOException, InterruptedException, ExecutionException {
    Path partial = Path.of(target + ".partial");
    Path whole = partial.resolve("model-00001-of-00003.safetensors");
    Path half = partial.resolve("model-00002-of-00003.safetensors.partial");
    Process process = start();
    while (!Files.exists(half) && process.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    // A command in the background of a shell ignores SIGINT, and so do those that it starts.
    boolean heard = !signal.equals("INT") || !ignoresInterrupt(process);
    signal(heard ? signal : "TERM", process);
    TestingCommand cut = TestingCommand.ended(process);

    assertThat(cut.exitCode()).as(cut.err()).isNotZero();
    assertThat(target).doesNotExist();
    assertThat(names(partial)).doesNotContain("model-00002-of-00003.safetensors");
    if (!signal.equals("KILL")) {
      assertThat(cut.err()).endsWith("the same command goes on from there\n");
      assertThat(half).doesNotExist();
    }
    for (Path directory : List.of(target, partial)) {
      TestingCommand info = TestingCommand.run("", "model", "info", directory.toString());
      assertThat(info.exitCode()).as(info.out()).isNotZero();
    }
    Object first = Files.readAttributes(whole, "*").get("fileKey");

    assertConverted(TestingCommand.ended(start()));

    assertThat(Files.readAttributes(target.resolve(whole.getFileName()), "*"))
        .as("not written again")
        .containsEntry("fileKey", first);
  }

  private void assertConverted(TestingCommand converted) throws IOException {
    assertThat(converted.exitCode()).as(converted.err()).isZero();
    assertThat(names(target))
        .containsExactly(
            "config.json",
            "flanstream-convert.json",
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    Path large = target.resolve("model-00002-of-00003.safetensors");
    assertThat(Files.size(large)).isBetween(LARGE, LARGE + 1_000);
    assertThat(temporary.resolve("model.partial")).doesNotExist();
  }

  private Process start() throws IOException {
    return TestingCommand.start(
        List.of(HEAP),
        "model",
        "convert",
        source.toString(),
        "--to",
        target.toString(),
        "--max-shard-size",
        "100GB");
  }

  private static void signal(String name, Process process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Bit 1 of the mask of ignored signals. */
  private static boolean ignoresInterrupt(Process process) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
  }

  /** A state dict of one bfloat16 tensor, as torch.save writes it. */
  private void write(String name, long bytes, String file) throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    latin(pickle, "\u0080\u0002}");
    text(pickle, name);
    latin(pickle, "ctorch._utils\n_rebuild_tensor_v2\n((");
    text(pickle, "storage");
    latin(pickle, "ctorch\nBFloat16Storage\n");
    text(pickle, "0");
    text(pickle, "cpu");
    number(pickle, bytes / 2);
    latin(pickle, "tQ");
    number(pickle, 0);
    latin(pickle, "(");
    number(pickle, bytes / 2);
    latin(pickle, "t(");
    number(pickle, 1);
    latin(pickle, "t\u0089ccollections\nOrderedDict\n)RtRs.");
    try (OutputStream stream = Files.newOutputStream(source.resolve(file + ".bin"));
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      byte[] data = pickle.toByteArray();
      store(zip, "archive/data.pkl", data, data.length);
      store(zip, "archive/data/0", new byte[1 << 16], bytes);
    }
  }

  /** An entry that is not compressed: a block again and again. */
  private static void store(ZipOutputStream zip, String name, byte[] block, long bytes)
      throws IOException {
    CRC32 sum = new CRC32();
    for (long at = 0; at < bytes; at += block.length) {
      sum.update(block, 0, (int) Math.min(block.length, bytes - at));
    }
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    for (long at = 0; at < bytes; at += block.length) {
      zip.write(block, 0, (int) Math.min(block.length, bytes - at));
    }
    zip.closeEntry();
  }

  private static void latin(ByteArrayOutputStream pickle, String text) {
    pickle.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void text(ByteArrayOutputStream pickle, String text) {
    pickle.write('X');
    pickle.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length()).array());
    latin(pickle, text);
  }

  private static void number(ByteArrayOutputStream pickle, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    pickle.writeBytes(bytes.put((byte) 0x8a).put((byte) 8).putLong(value).array());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
