package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The three lines of compose's README: up, messages, a query. The shell runs them. */
record TestingComposeLines(List<String> lines, Map<String, String> images) {
  private static final String PROMPT = "    docker compose ";

  /**
   * Reads them.
   *
   * @param images file with images in place of those of versions.env, relative to the root
   */
  static TestingComposeLines read(Path images) throws IOException {
    String page = Files.readString(TestingCompose.DIRECTORY.resolve("README.md"));
    List<String> lines =
        page.replaceAll("\\\\\\R\\s*", "")
            .lines()
            .filter(line -> line.startsWith(PROMPT))
            .map(String::strip)
            .toList();
    assertThat(lines).hasSize(3);
    Map<String, String> named = named(TestingLauncher.ROOT.resolve("deploy/docker/versions.env"));
    named.putAll(named(TestingLauncher.ROOT.resolve(images)));
    return new TestingComposeLines(lines, named);
  }

  /**
   * The page's two lines that copy the volume {@code flink-state} to a file of the working
   * directory and back, with IMAGE in place of the image.
   */
  static List<String> copiesOfVolumes() throws IOException {
    List<String> copies =
        Files.readAllLines(TestingCompose.DIRECTORY.resolve("README.md")).stream()
            .filter(line -> line.startsWith("docker run --rm "))
            .toList();
    assertThat(copies).hasSize(2);
    return copies;
  }

  /** The same with another version of Flanstream's image. */
  TestingComposeLines withVersion(String version) {
    Map<String, String> other = new TreeMap<>(images);
    other.put("FLANSTREAM_VERSION", version);
    return new TestingComposeLines(lines, other);
  }

  /** Name of Flanstream's image. */
  String image() {
    return "flanstream:%s-cpu".formatted(images.get("FLANSTREAM_VERSION"));
  }

  /** Name of the image that a service's container was made of. */
  String imageOf(String service) throws IOException, InterruptedException {
    return run("docker inspect -f '{{.Config.Image}}' " + container(service)).strip();
  }

  /** Brings up what the engine has images for. */
  void up() throws IOException, InterruptedException {
    up("");
  }

  /** Brings them up with a file that goes over compose.yaml. */
  void upWith(Path file) throws IOException, InterruptedException {
    up(" -f " + file);
  }

  private void up(String over) throws IOException, InterruptedException {
    String services =
        TestingCompose.read().services().entrySet().stream()
            .filter(service -> isHere(service.getValue().get("image").toString()))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(" "));
    run(lines.get(0).replace(" up ", over + " up ") + " --pull never " + services);
  }

  /** Sends the messages. */
  void produce() throws IOException, InterruptedException {
    run(lines.get(1));
  }

  /** Sends the first of the messages. */
  void produce(int messages) throws IOException, InterruptedException {
    String line = lines.get(1);
    int file = line.lastIndexOf('<');
    run(
        "head -n %s %s | %s"
            .formatted(messages, line.substring(file + 1), line.substring(0, file)));
  }

  /** What the query prints. */
  String query() throws IOException, InterruptedException {
    return run(lines.get(2));
  }

  /** Takes containers and volumes away. */
  void down() throws IOException, InterruptedException {
    compose("down --volumes");
  }

  /** Another command to the same containers; what it prints. */
  String compose(String arguments) throws IOException, InterruptedException {
    return run(lines.get(0).replaceFirst(" up .*", " ") + arguments);
  }

  /**
   * Ends a service's process as a crash would, and waits until the restart policy has answered:
   * until then Docker calls the dead process healthy.
   */
  void kill(String service) throws IOException, InterruptedException {
    String container = container(service);
    String before = started(container);
    run("kill -9 $(docker inspect -f '{{.State.Pid}}' %s)".formatted(container));
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (started(container).equals(before)) {
      assertThat(System.nanoTime()).as("%s starts again", service).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private String started(String container) throws IOException, InterruptedException {
    return run("docker inspect -f '{{.State.StartedAt}}' " + container);
  }

  /** Whether a service is {@code healthy}, {@code unhealthy} or {@code starting}. */
  String health(String service) throws IOException, InterruptedException {
    return run("docker inspect -f '{{.State.Health.Status}}' " + container(service)).strip();
  }

  /** What Prometheus answers to a query, as JSON. */
  String prometheus(String query) throws IOException, InterruptedException {
    return run(
        "curl -fsS --get --data-urlencode 'query=%s' http://127.0.0.1:9090/api/v1/query"
            .formatted(query));
  }

  private String container(String service) throws IOException, InterruptedException {
    return compose("ps --all --quiet " + service).strip();
  }

  private boolean isHere(String image) {
    String name = image;
    for (Map.Entry<String, String> variable : images.entrySet()) {
      name = name.replace("${%s}".formatted(variable.getKey()), variable.getValue());
    }
    boolean isHere = TestingImage.isPresent(name);
    if (!isHere) {
      System.err.println("ComposeITCase leaves out what wants the image " + name);
    }
    return isHere;
  }

  /** Has the shell run a line, and tells what it prints. */
  String run(String line) throws IOException, InterruptedException {
    Path said = Files.createTempFile("compose", ".out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", line)
            .directory(TestingLauncher.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().putAll(images);
    int code = builder.start().waitFor();
    String text = Files.readString(said);
    Files.delete(said);
    assertThat(code).as("%s%n%s", line, text).isZero();
    return text;
  }

  private static Map<String, String> named(Path file) throws IOException {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    }
    return properties.stringPropertyNames().stream()
        .collect(
            Collectors.toMap(name -> name, properties::getProperty, (a, b) -> b, TreeMap::new));
  }
}
