package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/**
 * What the manifests and compose.yaml tell Flink: keys that Flink has, values of their types, and
 * memory that adds up. Flink itself takes a misspelt key without a word.
 */
class FlinkSettingsTest {
  private static final Path DEPLOY = TestingLauncher.ROOT.resolve("deploy");

  /** Keys with a name of ours in them; what may follow is in the reporter's and driver's code. */
  private static final Pattern NAMED =
      Pattern.compile(
          "metrics\\.reporter\\.prom\\.(factory\\.class|port|filterLabelValueCharacters)"
              + "|external-resource\\.gpu\\.(amount|driver-factory\\.class|kubernetes\\.config-key)");

  /** Of the operator, whose code no test here has. */
  private static final Set<String> OPERATORS =
      Set.of("kubernetes.operator.savepoint.format.type", "kubernetes.operator.job.restart.failed");

  private static final Map<String, ConfigOption<?>> KNOWN = new TreeMap<>();

  @BeforeAll
  static void findOptions() throws IOException, ReflectiveOperationException {
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (Path.of(entry).getFileName().toString().matches("flink-.*\\.jar")) {
        findOptions(entry);
      }
    }
  }

  private static void findOptions(String jar) throws IOException, ReflectiveOperationException {
    try (JarFile file = new JarFile(jar)) {
      List<String> names =
          file.stream()
              .map(entry -> entry.getName())
              .filter(
                  name ->
                      name.matches(
                          "org/apache/flink/(kubernetes/)?configuration/\\w+Options\\.class"))
              .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
              .toList();
      for (String name : names) {
        for (Field field : Class.forName(name).getDeclaredFields()) {
          if (Modifier.isStatic(field.getModifiers())
              && ConfigOption.class.isAssignableFrom(field.getType())
              && field.trySetAccessible()) {
            ConfigOption<?> option = (ConfigOption<?>) field.get(null);
            KNOWN.put(option.key(), option);
          }
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> flinkKnowsEveryKey() throws IOException {
    assertThat(KNOWN).hasSizeGreaterThan(300).containsKey("execution.checkpointing.dir");
    return settings().entrySet().stream()
        .map(
            of ->
                DynamicTest.dynamicTest(
                    of.getKey(), () -> of.getValue().forEach(FlinkSettingsTest::assertKnown)));
  }

  private static void assertKnown(String key, String value) {
    if (OPERATORS.contains(key) || NAMED.matcher(key).matches()) {
      return;
    }
    assertThat(KNOWN).as("key %s", key).containsKey(key);
    Configuration config = new Configuration();
    config.setString(key, value);
    // Of its type.
    assertThat(config.getOptional(KNOWN.get(key))).as("%s: %s", key, value).isPresent();
  }

  /** As Flink's own calculators divide it, in each process. */
  @TestFactory
  Stream<DynamicTest> theMemoryOfEveryProcessAddsUp() throws IOException {
    return settings().entrySet().stream()
        .map(of -> DynamicTest.dynamicTest(of.getKey(), () -> assertAddsUp(of.getValue())));
  }

  private static void assertAddsUp(Map<String, String> settings) {
    Configuration config = Configuration.fromMap(settings);
    TaskExecutorProcessSpec worker = TaskExecutorProcessUtils.processSpecFromConfig(config);
    assertThat(worker.getTotalProcessMemorySize())
        .isEqualTo(MemorySize.parse(settings.get("taskmanager.memory.process.size")));
    assertThat(worker.getTaskHeapSize()).isGreaterThanOrEqualTo(MemorySize.parse("256m"));
    JobManagerProcessSpec master = JobManagerProcessUtils.processSpecFromConfig(config);
    assertThat(master.getTotalProcessMemorySize())
        .isEqualTo(MemorySize.parse(settings.get("jobmanager.memory.process.size")));
    assertThat(master.getJvmHeapMemorySize()).isGreaterThanOrEqualTo(MemorySize.parse("256m"));
  }

  @Test
  void aMisspeltKeyWouldBeFound() {
    assertThat(KNOWN)
        .doesNotContainKeys(
            "taskmanager.memory.network.maxi",
            "high-availability.storagedir",
            "state.savepoints.dir");
  }

  /** What each deployment says, by its name. */
  private static Map<String, Map<String, String>> settings() throws IOException {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    for (String directory :
        List.of(
            "overlays/cpu", "overlays/gpu", "overlays/gpu-24gb", "overlays/multi-gpu", "session")) {
      ObjectNode deployment =
          Kustomization.build(DEPLOY.resolve("kubernetes").resolve(directory))
              .get("FlinkDeployment/flanstream");
      Map<String, String> settings = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> entry :
          deployment.at("/spec/flinkConfiguration").properties()) {
        settings.put(entry.getKey(), entry.getValue().asText());
      }
      // The operator sets them so.
      settings.put(
          "taskmanager.memory.process.size",
          deployment.at("/spec/taskManager/resource/memory").asText());
      settings.put(
          "jobmanager.memory.process.size",
          deployment.at("/spec/jobManager/resource/memory").asText());
      all.put(directory, settings);
    }
    for (String service : List.of("jobmanager", "taskmanager")) {
      Map<String, Object> told = new Yaml().load(TestingCompose.read().flinkProperties(service));
      Map<String, String> settings = new LinkedHashMap<>();
      told.forEach((key, value) -> settings.put(key, String.valueOf(value)));
      all.put("compose " + service, settings);
    }
    return all;
  }
}
