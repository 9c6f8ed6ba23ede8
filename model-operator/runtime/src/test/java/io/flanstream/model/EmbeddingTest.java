package io.flanstream.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime in somebody else's program: the one of its page, and what it brings along. */
class EmbeddingTest {
  private static final Path ROOT = Path.of(System.getProperty("flanstream.root"));
  private static final Path RUNTIME = ROOT.resolve("model-operator/runtime");
  private static final Pattern PROGRAM = Pattern.compile("(?s)```java\\n(.*?)```");

  @TempDir private Path directory;

  @Test
  void theProgramOfThePageRunsWithTheRuntimeAlone() throws IOException, InterruptedException {
    Matcher page = PROGRAM.matcher(Files.readString(RUNTIME.resolve("README.md")));
    assertThat(page.find()).isTrue();
    Path source = Files.writeString(directory.resolve("Ask.java"), page.group(1));
    String classPath = classPath();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", directory.toString(), source.toString());
    assertThat(compiled).isZero();

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                directory + File.pathSeparator + classPath,
                "Ask",
                ROOT.resolve("deploy/models/flan-mini").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> said = new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", said).isZero();
    assertThat(said).hasSize(2);
    assertThat(said.get(0)).startsWith("restaurant reservation 0.");
    assertThat(said.get(1)).isEqualTo("Span[value=8pm, start=43, end=46]");
  }

  /** A library that is added must be added here, too, by somebody who has thought about it. */
  @Test
  void bringsThisAndNothingElse() throws IOException {
    assertThat(
            Stream.of(jars().split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString())
                .map(jar -> jar.replaceFirst("-\\d.*", "")))
        .containsExactlyInAnyOrder(
            "api",
            "commons-compress",
            "commons-codec",
            "commons-io",
            "error_prone_annotations",
            "gson",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "jna",
            "protobuf-java",
            "pytorch-engine",
            "pytorch-jni",
            "pytorch-native-cpu",
            "slf4j-api",
            "tokenizers");
  }

  private static String classPath() throws IOException {
    return RUNTIME.resolve("target/classes") + File.pathSeparator + jars();
  }

  /** The build leaves the runtime's dependencies there. */
  private static String jars() throws IOException {
    return Files.readString(RUNTIME.resolve("target/runtime-class-path")).strip();
  }
}
