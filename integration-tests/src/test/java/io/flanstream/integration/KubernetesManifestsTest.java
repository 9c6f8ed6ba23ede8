package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.cluster.PipelineMain;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.model.flink.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is under deploy/kubernetes, read as strictly as its readers' own classes can. */
class KubernetesManifestsTest {
  private static final Path KUBERNETES =
      Path.of(System.getProperty("flanstream.root"), "deploy/kubernetes");
  private static final String DEPLOYMENT = "FlinkDeployment/flanstream";
  private static final String OFF_HEAP = "taskmanager.memory.task.off-heap.size";
  private static final Pattern ON_THE_CPU =
      Pattern.compile("`memory: (\\w+)` and `task.off-heap.size: (\\w+)`");
  private static final MemorySize WEIGHTS = MemorySize.parse("39g");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overlays/cpu",
        "overlays/gpu",
        "overlays/gpu-24gb",
        "overlays/multi-gpu",
        "session"
      })
  void everyFieldIsKnown(String directory) throws IOException {
    Map<String, ObjectNode> built = Kustomization.build(KUBERNETES.resolve(directory));
    assertThat(built).hasSizeGreaterThanOrEqualTo(5);
    for (ObjectNode manifest : built.values()) {
      assertThat(StrictReader.read(manifest)).isNotNull();
    }
    JsonNode deployment = built.get(DEPLOYMENT);
    assertThat(deployment.at("/spec/flinkVersion").asText()).isEqualTo(flinkVersion());
    assertThat(deployment.at("/spec/job").isMissingNode()).isEqualTo(directory.equals("session"));
  }

  @ParameterizedTest
  @CsvSource({
    "FlinkDeployment/flanstream, /spec/flinkConfiguration",
    "FlinkDeployment/flanstream, /spec/job/upgradeMode",
    "FlinkDeployment/flanstream, /spec/taskManager/resource/memory",
    "FlinkDeployment/flanstream, /spec/podTemplate/spec/securityContext/runAsNonRoot",
    "FlinkDeployment/flanstream, /spec/podTemplate/spec/containers/0/envFrom",
    "FlinkDeployment/flanstream, /spec/podTemplate/spec/containers/0/volumeMounts/0/mountPath",
    "FlinkDeployment/flanstream,"
        + " /spec/podTemplate/spec/containers/0/securityContext/readOnlyRootFilesystem",
    "FlinkDeployment/flanstream,"
        + " /spec/taskManager/podTemplate/spec/containers/0/livenessProbe/tcpSocket/port",
    "FlinkDeployment/flanstream,"
        + " /spec/taskManager/podTemplate/spec/volumes/3/persistentVolumeClaim/claimName",
    "FlinkSessionJob/flanstream-intent, /spec/job/jarURI",
    "FlinkSessionJob/flanstream-intent, /spec/deploymentName",
    "NetworkPolicy/flanstream, /spec/ingress/1/from/0/namespaceSelector",
    "PodDisruptionBudget/flanstream-taskmanager, /spec/maxUnavailable",
    "PersistentVolumeClaim/flanstream-models, /spec/resources/requests",
    "Job/flanstream-model, /spec/template/spec/containers/0/env/0/valueFrom/secretKeyRef/optional",
    "Job/flanstream-model, /spec/backoffLimit"
  })
  void aMisspeltFieldFails(String key, String pointer) throws IOException {
    String directory =
        switch (key.split("/")[0]) {
          case "FlinkSessionJob" -> "session";
          case "Job", "PersistentVolumeClaim" -> "model/flan-ul2";
          default -> "overlays/gpu";
        };
    ObjectNode manifest = Kustomization.build(KUBERNETES.resolve(directory)).get(key);
    JsonPointer path = JsonPointer.compile(pointer);
    ObjectNode parent = (ObjectNode) manifest.at(path.head());
    String name = path.last().getMatchingProperty();
    parent.set(name + "x", parent.required(name));
    parent.remove(name);

    assertThatThrownBy(() -> StrictReader.read(manifest))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining(name + "x");
  }

  @ParameterizedTest
  @CsvSource({
    "base/flink-deployment.yaml, upgradeMode",
    "base/network-policy.yaml, podSelector",
    "overlays/gpu/flink-deployment.yaml, tolerations"
  })
  void theFileOfAMisspeltFieldIsNamed(String file, String field, @TempDir Path copy)
      throws IOException {
    Path kubernetes = copy.resolve("kubernetes");
    FileUtils.copy(
        new org.apache.flink.core.fs.Path(KUBERNETES.toUri()),
        new org.apache.flink.core.fs.Path(kubernetes.toUri()),
        false);
    Path misspelt = kubernetes.resolve(file);
    String text = Files.readString(misspelt);
    assertThat(text).contains(field + ":");
    Files.writeString(misspelt, text.replaceFirst(field + ":", field + "x:"));

    assertThatThrownBy(() -> Kustomization.build(kubernetes.resolve("overlays/gpu")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(misspelt + ": ")
        .hasMessageContaining(field + "x");
  }

  @ParameterizedTest
  @CsvSource({
    "overlays/cpu, model/flan-t5-base",
    "overlays/gpu, model/flan-ul2",
    "overlays/gpu-24gb, model/flan-ul2",
    "overlays/multi-gpu, model/flan-ul2"
  })
  void theJobFindsWhatItsPodsHave(String directory, String model) throws IOException {
    Map<String, ObjectNode> built = Kustomization.build(KUBERNETES.resolve(directory));
    JsonNode spec = built.get(DEPLOYMENT).path("spec");
    String yaml =
        built.get("ConfigMap/flanstream-pipeline").at("/data").path("pipeline.yaml").asText();
    Pipeline pipeline = PipelineFile.parse(yaml, directory, KUBERNETES);
    JsonNode worker = spec.at("/taskManager/podTemplate/spec");

    assertThat(spec.at("/job/entryClass").asText()).isEqualTo(PipelineMain.class.getName());
    assertThat(pipeline.job().parallelism()).isEqualTo(spec.at("/job/parallelism").asInt());
    Map<String, ObjectNode> pull = Kustomization.build(KUBERNETES.resolve(model));
    JsonNode pod = StrictReader.checked(pull.get("Job/flanstream-model")).at("/spec/template/spec");
    assertThat(texts(pod.at("/containers/0/args")))
        .containsSequence("--to", ModelOptions.read(pipeline.model()).directory().toString());
    assertThat(pod.at("/volumes/0/persistentVolumeClaim/claimName").asText())
        .isEqualTo(
            pull.get("PersistentVolumeClaim/flanstream-models").at("/metadata/name").asText())
        .isEqualTo(worker.findPath("claimName").asText());
    assertThat(texts(spec.at("/job/args")))
        .containsExactly("/opt/flanstream/pipeline/pipeline.yaml", "--create-topics");
    List<String> volumes = new ArrayList<>();
    worker.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
    worker
        .findValues("volumeMounts")
        .forEach(
            mounts ->
                mounts.forEach(mount -> assertThat(volumes).contains(mount.path("name").asText())));
  }

  /** What a namespace with the pod security standard "restricted" demands of each container. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "overlays/cpu",
        "overlays/gpu",
        "overlays/gpu-24gb",
        "overlays/multi-gpu",
        "model/flan-ul2"
      })
  void aRestrictedNamespaceAdmitsIt(String directory) throws IOException {
    for (ObjectNode manifest : Kustomization.build(KUBERNETES.resolve(directory)).values()) {
      for (JsonNode pod :
          List.of(manifest.at("/spec/podTemplate/spec"), manifest.at("/spec/template/spec"))) {
        if (pod.isMissingNode()) {
          continue;
        }
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText())
            .isEqualTo("RuntimeDefault");
        assertThat(pod.path("hostNetwork").asBoolean()).isFalse();
        pod.path("volumes").forEach(volume -> assertThat(volume.has("hostPath")).isFalse());
        for (JsonNode container : pod.path("containers")) {
          JsonNode security = container.path("securityContext");
          assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
          assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
          assertThat(texts(security.at("/capabilities/drop"))).containsExactly("ALL");
          assertThat(container.path("volumeMounts").findValuesAsText("mountPath"))
              .as("the one directory that is written to")
              .contains("/tmp");
        }
      }
    }
  }

  @Test
  void everyComponentFitsAnOverlay() throws IOException {
    Path components = KUBERNETES.resolve("components");
    Map<String, ObjectNode> built =
        Kustomization.build(
            KUBERNETES.resolve("overlays/gpu"),
            components.resolve("pod-monitor"),
            components.resolve("s3-endpoint"),
            components.resolve("workload-identity"));
    for (ObjectNode manifest : built.values()) {
      assertThat(StrictReader.read(manifest)).isNotNull();
    }
    JsonNode spec = built.get(DEPLOYMENT).path("spec");
    assertThat(spec.path("serviceAccount").asText())
        .isEqualTo(built.get("ServiceAccount/flanstream").at("/metadata/name").asText());
    JsonNode monitor = built.get("PodMonitor/flanstream").path("spec");
    assertThat(monitor.at("/podMetricsEndpoints/0/port"))
        .isEqualTo(spec.at("/podTemplate/spec/containers/0/ports/0/name"));
    assertThat(
            Kustomization.build(
                    KUBERNETES.resolve("model/flan-ul2"), components.resolve("storage-class"))
                .get("PersistentVolumeClaim/flanstream-models")
                .at("/spec/storageClassName")
                .asText())
        .isNotEmpty();
  }

  /** The README's arithmetic, which the operator would otherwise be the first to do. */
  @ParameterizedTest
  @ValueSource(
      strings = {"overlays/cpu", "overlays/gpu", "overlays/gpu-24gb", "overlays/multi-gpu"})
  void theMemoryAddsUp(String directory) throws IOException {
    JsonNode spec = Kustomization.build(KUBERNETES.resolve(directory)).get(DEPLOYMENT).path("spec");
    String memory = spec.at("/taskManager/resource/memory").asText();
    MemorySize process = MemorySize.parse(memory);
    MemorySize heap = taskHeap(spec, memory);
    assertThat(heap).isGreaterThanOrEqualTo(MemorySize.parse("2g"));
    boolean gpu = spec.path("flinkConfiguration").has("external-resources");
    assertThat(gpu).isEqualTo(directory.contains("gpu"));
    if (gpu) {
      assertThat(process).as("the weights are on the GPU").isLessThan(WEIGHTS);
      assertThat(Files.readString(KUBERNETES.resolve("README.md")))
          .contains(String.format(Locale.ROOT, "task heap        %.1f GiB", gib(heap)));
    }
  }

  /** What the page says of a pod with the weights on the CPU. */
  @Test
  void theWeightsFitOnTheCpu() throws IOException {
    ObjectNode spec =
        (ObjectNode)
            Kustomization.build(KUBERNETES.resolve("overlays/cpu")).get(DEPLOYMENT).path("spec");
    Matcher told = ON_THE_CPU.matcher(Files.readString(KUBERNETES.resolve("README.md")));
    assertThat(told.find()).isTrue();
    MemorySize outside = MemorySize.parse(told.group(2));
    ((ObjectNode) spec.path("flinkConfiguration")).put(OFF_HEAP, told.group(2));
    assertThat(outside).isGreaterThan(WEIGHTS);
    assertThat(taskHeap(spec, told.group(1))).isGreaterThanOrEqualTo(MemorySize.parse("2g"));
  }

  /** As Flink divides a process's memory. */
  private static MemorySize taskHeap(JsonNode spec, String memory) {
    Configuration config = new Configuration();
    spec.path("flinkConfiguration")
        .properties()
        .forEach(entry -> config.setString(entry.getKey(), entry.getValue().asText()));
    config.setString("taskmanager.memory.process.size", memory);
    return TaskExecutorProcessUtils.processSpecFromConfig(config).getTaskHeapSize();
  }

  private static double gib(MemorySize size) {
    return size.getBytes() / (double) (1 << 30);
  }

  private static String flinkVersion() {
    String[] numbers = EnvironmentInformation.getVersion().split("\\.");
    return "v%s_%s".formatted(numbers[0], numbers[1]);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
