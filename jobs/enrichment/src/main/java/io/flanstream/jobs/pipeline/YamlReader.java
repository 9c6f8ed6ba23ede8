package io.flanstream.jobs.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML so that every scalar keeps what is written: {@code 010}, {@code 1.10}, {@code 1_000},
 * {@code 0x1F}, {@code no} and {@code 2026-01-31} are texts. Numbers, {@code true}, {@code false}
 * and {@code null} are what JSON writes just so; what a longer form of them means is for the option
 * to say.
 *
 * <p>An alias is its anchor's value. Merge keys work. A key that is there twice, an alias inside
 * its own anchor and a tag of another type are refused.
 */
final class YamlReader {
  private static final int MOST_VALUES = 1_000_000;
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> TAGS =
      Set.of(
          "!",
          "str",
          "null",
          "bool",
          "int",
          "float",
          "timestamp",
          "merge",
          "value",
          "yaml",
          "seq",
          "map");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Variables variables;
  private int values;
  private boolean verbatim;

  private YamlReader(Variables variables) {
    this.variables = variables;
  }

  /** Reads one document, whose texts have no variables. */
  static JsonNode read(String yaml) throws InvalidYamlException {
    return read(yaml, Variables.NONE);
  }

  /**
   * Reads one document.
   *
   * @param yaml its text
   * @param variables values for variables in its texts, but for those under {@code tasks}: tasks
   *     are the same wherever they run
   * @return what it holds; null where it holds nothing
   * @throws InvalidYamlException if it is no YAML
   */
  static JsonNode read(String yaml, Variables variables) throws InvalidYamlException {
    String text = yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml;
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      return root == null ? null : new YamlReader(variables).node(root);
    } catch (MarkedYAMLException e) {
      throw invalid(e.getProblemMark(), e.getProblem());
    } catch (YAMLException e) {
      throw new InvalidYamlException(e.getMessage().strip().replaceAll("\\s*\\n\\s*", "; "));
    }
  }

  private JsonNode node(Node node) throws InvalidYamlException {
    values++;
    if (values > MOST_VALUES) {
      throw invalid(
          node.getStartMark(), "its aliases make more than %s values of it".formatted(MOST_VALUES));
    }
    checkTag(node);
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    if (!open.add(node)) {
      throw invalid(node.getStartMark(), "an alias must not be inside its own anchor");
    }
    JsonNode json =
        node instanceof SequenceNode sequence ? array(sequence) : object((MappingNode) node);
    open.remove(node);
    return json;
  }

  private static void checkTag(Node node) throws InvalidYamlException {
    String tag = node.getTag().getValue();
    if (!TAGS.contains(tag.startsWith(Tag.PREFIX) ? tag.substring(Tag.PREFIX.length()) : tag)) {
      throw invalid(
          node.getStartMark(),
          "tag %s is not known here".formatted(tag.replaceFirst("^" + Tag.PREFIX, "!!")));
    }
  }

  private JsonNode scalar(ScalarNode scalar) {
    String written = scalar.getValue();
    String text = verbatim ? written : variables.resolved(written, place(scalar.getStartMark()));
    // In braces a variable has to be in quotes, whatever its value is.
    boolean isWritten = text.equals(written) || !Variables.isOne(written);
    if (isWritten
        && (scalar.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN
            || scalar.getTag().equals(Tag.STR))) {
      return TextNode.valueOf(text);
    }
    if (NULLS.contains(text)) {
      return NullNode.getInstance();
    }
    if (text.equals("true") || text.equals("false")) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    return text.matches("-?[0-9]{1,18}(\\.[0-9]+)?") ? number(text) : TextNode.valueOf(text);
  }

  /** A number where it is written as JSON would write it again, else the text. */
  private static JsonNode number(String text) {
    if (text.indexOf('.') < 0) {
      long number = Long.parseLong(text);
      return Long.toString(number).equals(text) ? whole(number) : TextNode.valueOf(text);
    }
    double number = Double.parseDouble(text);
    return Double.toString(number).equals(text)
        ? DoubleNode.valueOf(number)
        : TextNode.valueOf(text);
  }

  private static JsonNode whole(long number) {
    return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
  }

  private ArrayNode array(SequenceNode sequence) throws InvalidYamlException {
    ArrayNode array = NODES.arrayNode();
    for (Node element : sequence.getValue()) {
      array.add(node(element));
    }
    return array;
  }

  private ObjectNode object(MappingNode mapping) throws InvalidYamlException {
    ObjectNode object = NODES.objectNode();
    List<ObjectNode> merged = new ArrayList<>();
    for (NodeTuple entry : mapping.getValue()) {
      Node key = entry.getKeyNode();
      if (!(key instanceof ScalarNode name)) {
        throw invalid(key.getStartMark(), "a key must be a text");
      }
      if (name.getTag().equals(Tag.MERGE)) {
        merge(entry.getValueNode(), merged);
      } else if (object.has(name.getValue())) {
        throw invalid(key.getStartMark(), "key %s is there twice".formatted(name.getValue()));
      } else {
        verbatim = verbatim || (open.size() == 1 && name.getValue().equals(PipelineFile.TASKS));
        object.set(name.getValue(), node(entry.getValueNode()));
        verbatim = verbatim && open.size() > 1;
      }
    }
    for (ObjectNode other : merged) {
      other
          .properties()
          .forEach(
              entry -> {
                if (!object.has(entry.getKey())) {
                  object.set(entry.getKey(), entry.getValue());
                }
              });
    }
    return object;
  }

  private void merge(Node value, List<ObjectNode> merged) throws InvalidYamlException {
    JsonNode json = node(value);
    for (JsonNode one : json.isArray() ? json : NODES.arrayNode().add(json)) {
      if (!(one instanceof ObjectNode keys)) {
        throw invalid(value.getStartMark(), "a merge key must have keys, or a list of keys");
      }
      merged.add(keys);
    }
  }

  private static InvalidYamlException invalid(Mark at, String problem) {
    return at == null
        ? new InvalidYamlException(problem)
        : new InvalidYamlException("%s: %s".formatted(place(at), problem));
  }

  private static String place(Mark at) {
    return "line %s, column %s".formatted(at.getLine() + 1, at.getColumn() + 1);
  }
}
