package io.flanstream.integration;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.util.Map;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.FlinkSessionJob;

/** Reads manifests with the classes of Kubernetes and of the operator; an unknown field fails. */
final class StrictReader {
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "batch/v1/Job", Job.class,
          "monitoring.coreos.com/v1/PodMonitor", PodMonitor.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "flink.apache.org/v1beta1/FlinkDeployment", FlinkDeployment.class,
          "flink.apache.org/v1beta1/FlinkSessionJob", FlinkSessionJob.class);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NothingExtra())
          .build();

  private StrictReader() {}

  /** The models have room for fields that they do not know; here that is a fault. */
  private static final class NothingExtra extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }

    @Override
    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
        MapperConfig<?> config, Annotated annotated) {
      return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
    }
  }

  /** A manifest that can be read. */
  static JsonNode checked(JsonNode manifest) throws JsonProcessingException {
    Object unused = read(manifest);
    return manifest;
  }

  static Object read(JsonNode manifest) throws JsonProcessingException {
    String kind =
        "%s/%s".formatted(manifest.path("apiVersion").asText(), manifest.path("kind").asText());
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new AssertionError("no class for " + kind);
    }
    JsonNode known = manifest.deepCopy();
    if (type == FlinkDeployment.class && known.at("/spec/flinkVersion").isTextual()) {
      // The operator's API that is on Central ends at this version.
      ((ObjectNode) known.path("spec")).put("flinkVersion", "v1_20");
    }
    return MAPPER.treeToValue(known, type);
  }
}
