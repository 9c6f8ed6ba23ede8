package io.flanstream.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * As much of kustomize as the manifests use: resources, components, merge patches, generated config
 * maps. What else a kustomization asks for fails. Where kustomize finds images ({@code
 * configurations}) is not followed.
 */
final class Kustomization {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "resources",
          "components",
          "configurations",
          "configMapGenerator",
          "generatorOptions",
          "patches");

  private final Map<String, ObjectNode> resources = new TreeMap<>();

  static Map<String, ObjectNode> build(Path directory, Path... components) throws IOException {
    Kustomization built = new Kustomization();
    built.add(directory);
    for (Path component : components) {
      built.add(component);
    }
    return built.resources;
  }

  private void add(Path directory) throws IOException {
    JsonNode file = YAML.readTree(directory.resolve("kustomization.yaml").toFile());
    file.fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                throw new AssertionError("%s: %s is not known".formatted(directory, name));
              }
            });
    for (JsonNode resource : file.path("resources")) {
      Path path = directory.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        add(path);
      } else {
        documents(path).forEach(document -> resources.put(key(document), document));
      }
    }
    for (JsonNode patch : file.path("patches")) {
      for (ObjectNode document : documents(directory.resolve(patch.path("path").asText()))) {
        ObjectNode target = resources.get(key(document));
        if (target == null) {
          throw new AssertionError("nothing to patch: " + key(document));
        }
        merge(target, document, document.path("kind").asText().startsWith("Flink"));
      }
    }
    for (JsonNode map : file.path("configMapGenerator")) {
      ObjectNode generated = configMap(directory, map);
      boolean isThere = resources.put(key(generated), generated) != null;
      if (isThere != map.path("behavior").asText().equals("replace")) {
        throw new AssertionError("%s: wrong behavior of %s".formatted(directory, key(generated)));
      }
    }
  }

  private static ObjectNode configMap(Path directory, JsonNode map) throws IOException {
    ObjectNode generated = JsonNodeFactory.instance.objectNode();
    generated.put("apiVersion", "v1").put("kind", "ConfigMap");
    generated.putObject("metadata").put("name", map.path("name").asText());
    ObjectNode data = generated.putObject("data");
    for (JsonNode file : map.path("files")) {
      data.put(file.asText(), Files.readString(directory.resolve(file.asText())));
    }
    return generated;
  }

  private static List<ObjectNode> documents(Path path) throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    YAML.readerFor(ObjectNode.class)
        .<ObjectNode>readValues(path.toFile())
        .forEachRemaining(documents::add);
    documents.forEach(document -> check(path, document));
    return documents;
  }

  /** A patch has some of the fields of what it patches, and no others. */
  private static void check(Path path, ObjectNode document) {
    try {
      Object unused = StrictReader.read(document);
    } catch (JsonProcessingException e) {
      throw new AssertionError("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static String key(JsonNode resource) {
    return resource.path("kind").asText() + "/" + resource.at("/metadata/name").asText();
  }

  /**
   * RFC 7386 for custom resources, of which kustomize has no schema; of Kubernetes' own kinds it
   * merges what a list has by name.
   */
  private static void merge(ObjectNode target, ObjectNode patch, boolean custom) {
    patch
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              JsonNode old = target.path(field.getKey());
              if (value.isNull()) {
                target.remove(field.getKey());
              } else if (value instanceof ObjectNode changed && old instanceof ObjectNode kept) {
                merge(kept, changed, custom);
              } else if (!custom && value.findParent("name") != null && old instanceof ArrayNode) {
                value.forEach(item -> mergeByName((ArrayNode) old, (ObjectNode) item));
              } else {
                target.set(field.getKey(), value);
              }
            });
  }

  private static void mergeByName(ArrayNode list, ObjectNode patch) {
    for (JsonNode item : list) {
      if (item.path("name").equals(patch.path("name"))) {
        merge((ObjectNode) item, patch, false);
        return;
      }
    }
    list.add(patch);
  }
}
