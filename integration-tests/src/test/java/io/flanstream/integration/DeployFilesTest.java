package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flanstream.jobs.cluster.PipelineMain;
import io.flanstream.jobs.pipeline.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Dockerfile and the compose files: what they name is there, and says the same. */
class DeployFilesTest {
  private static final Path DEPLOY = Path.of(System.getProperty("flanstream.root"), "deploy");
  private static final Path COMPOSE = DEPLOY.resolve("compose");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{(\\w+)}");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|ITCase))(?:\\.(\\w+))?`");
  private static final Pattern CUDA =
      Pattern.compile(
          "(?s)<id>cuda</id>.*?<djl-pytorch.flavor>(?<flavor>[^<]+)<.*?<djl-pytorch.version>(?<version>[^<]+)<");
  private static final Set<String> ENDING = Set.of("registry-volume", "topics");

  private static Properties versions;
  private static JsonNode compose;
  private static JsonNode services;

  @BeforeAll
  static void read() throws IOException {
    versions = new Properties();
    try (var in = Files.newBufferedReader(DEPLOY.resolve("docker/versions.env"))) {
      versions.load(in);
    }
    compose = new YAMLMapper().readTree(COMPOSE.resolve("compose.yaml").toFile());
    services = compose.path("services");
    assertThat(services).hasSizeGreaterThan(6);
  }

  @Test
  void tagsAreInOneFileAndAreTheBuilds() throws IOException {
    assertThat(versions.getProperty("FLINK_IMAGE"))
        .startsWith("flink:" + EnvironmentInformation.getVersion() + "-")
        .endsWith("-java17");
    assertThat(versions.getProperty("KAFKA_IMAGE")).endsWith(":" + AppInfoParser.getVersion());
    for (String file : List.of("compose/compose.yaml", "compose/gpu.yaml")) {
      String text = Files.readString(DEPLOY.resolve(file));
      assertThat(text.lines().filter(line -> line.contains("image:")))
          .isNotEmpty()
          .allMatch(line -> line.contains("${"));
      assertThat(VARIABLE.matcher(text).results().map(match -> match.group(1)))
          .isNotEmpty()
          .allMatch(versions::containsKey);
    }
    assertThat(Files.readString(DEPLOY.resolve("docker/Dockerfile")).lines())
        .filteredOn(line -> line.startsWith("FROM"))
        .allMatch(line -> line.matches("FROM (\\$\\{FLINK_IMAGE}|base) AS \\w+"));
    String version = versions.getProperty("FLANSTREAM_VERSION");
    for (String overlay : List.of("cpu", "gpu", "gpu-24gb", "multi-gpu")) {
      JsonNode spec =
          Kustomization.build(DEPLOY.resolve("kubernetes/overlays").resolve(overlay))
              .get("FlinkDeployment/flanstream")
              .path("spec");
      assertThat(spec.path("image").asText()).startsWith("flanstream:" + version + "-");
    }
  }

  /** DJL has to be told, as the image has no jar that says so. */
  @Test
  void theImageForCudaSaysWhichLibtorchItHas() throws IOException {
    String pom = Files.readString(DEPLOY.resolveSibling("pom.xml"));
    Matcher profile = CUDA.matcher(pom);
    assertThat(profile.find()).isTrue();
    assertThat(Files.readString(DEPLOY.resolve("docker/Dockerfile")))
        .contains(
            "PYTORCH_VERSION=" + profile.group("version"),
            "PYTORCH_FLAVOR=" + profile.group("flavor"));
  }

  @Test
  void everyServiceIsHealthCheckedOnLoopback() {
    Set<String> names = new HashSet<>();
    services.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .contains("kafka", "registry", "jobmanager", "taskmanager")
        .contains("sql-gateway", "prometheus", "grafana");
    for (String name : names) {
      JsonNode service = services.path(name);
      assertThat(service.has("healthcheck")).as(name).isEqualTo(!ENDING.contains(name));
      service
          .path("ports")
          .forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:"));
      service
          .path("depends_on")
          .fieldNames()
          .forEachRemaining(other -> assertThat(names).contains(other));
    }
  }

  @Test
  void everyFileThatIsMountedIsThere() {
    List<String> sources = new ArrayList<>();
    for (JsonNode volumes : compose.findValues("volumes")) {
      volumes.forEach(mount -> sources.add(mount.asText().split(":")[0]));
    }
    sources.removeIf(source -> !source.startsWith("."));
    assertThat(sources).hasSize(6).allMatch(source -> Files.exists(COMPOSE.resolve(source)));
  }

  @Test
  void thePipelineIsOneAndItsEntryClassIs() throws IOException {
    Path file = COMPOSE.resolve("pipeline.yaml");
    assertThat(
            PipelineFile.parse(Files.readString(file), "pipeline.yaml", COMPOSE).source().topic())
        .isEqualTo("messages");
    assertThat(Files.readString(COMPOSE.resolve("compose.yaml")))
        .contains("--job-classname, %s,".formatted(PipelineMain.class.getName()));
  }

  @Test
  void everyFileThatIsCopiedIsThere() throws IOException {
    List<String> sources =
        Files.readAllLines(DEPLOY.resolve("docker/Dockerfile")).stream()
            .filter(line -> line.startsWith("COPY deploy/"))
            .map(line -> line.split(" ")[1])
            .toList();
    assertThat(sources).hasSize(5).allMatch(source -> Files.exists(DEPLOY.resolveSibling(source)));
  }

  @Test
  void aBaseThatCannotBePulledIsSaid(@TempDir Path directory)
      throws IOException, InterruptedException {
    Path engine = Files.writeString(directory.resolve("docker"), "#!/bin/sh\nexit 1\n");
    assertThat(engine.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder(DEPLOY.resolve("docker/build").toString(), "cpu")
            .redirectErrorStream(true);
    builder.environment().put("FLINK_IMAGE", "example.org/flink:none");
    builder.environment().merge("PATH", "", (path, none) -> directory + ":" + path);
    Process build = builder.start();
    assertThat(new String(build.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(
            "flanstream: Cannot build flanstream:%s-cpu: its base example.org/flink:none must be here or be pulled; without a registry see deploy/docker/README.md#without-a-registry\n"
                .formatted(versions.getProperty("FLANSTREAM_VERSION")));
    assertThat(build.waitFor()).isEqualTo(1);
  }

  /** The page on security says of each check which test shows it. */
  @Test
  void everyTestThatAPageNamesIsThere() throws IOException {
    List<MatchResult> named =
        TEST.matcher(Files.readString(DEPLOY.resolve("SECURITY.md"))).results().toList();
    assertThat(named).hasSizeGreaterThan(10);
    for (MatchResult test : named) {
      assertThat(source(test.group(1)))
          .contains(test.group(2) == null ? "class " : "void %s(".formatted(test.group(2)));
    }
  }

  private static String source(String test) throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY.getParent())) {
      Path file =
          files
              .filter(path -> path.endsWith(test + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no " + test));
      return Files.readString(file);
    }
  }
}
