package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of a history, as it lies on the disk.
 *
 * @param table its directory
 */
record TestingHistory(Path table) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Its directories of days. */
  List<String> days() throws IOException {
    return names(table, "day=");
  }

  /** Kinds of its commits so far, in their order; none where it is not there yet. */
  List<String> commits() throws IOException {
    Path snapshots = table.resolve("snapshot");
    if (!Files.exists(snapshots)) {
      return List.of();
    }
    List<String> kinds = new ArrayList<>();
    for (String name : names(snapshots, "snapshot-")) {
      kinds.add(MAPPER.readTree(snapshots.resolve(name).toFile()).get("commitKind").textValue());
    }
    return kinds;
  }

  /** What {@link TestingHistoryReader} says in a process of its own. */
  List<String> rows() throws IOException, InterruptedException {
    Path said = Files.createTempFile("rows-", ".txt");
    Path errors = Files.createTempFile("rows-", ".err");
    Process reader =
        new ProcessBuilder(
                TestingJvm.JAVA,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                TestingHistoryReader.class.getName(),
                table.toString())
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(reader.waitFor()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(said);
  }

  private static String classPath() throws IOException {
    return Stream.concat(
            TestingLauncher.jars()
                .filter(jar -> jar.getFileName().toString().matches("(paimon|hadoop|slf4j-api)-.*"))
                .map(Path::toString),
            Stream.of(
                TestingHistoryReader.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static List<String> names(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
  }
}
