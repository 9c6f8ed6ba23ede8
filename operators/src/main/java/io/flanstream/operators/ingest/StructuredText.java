package io.flanstream.operators.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Records and tables as a line of text, in the form in which T5 models were trained on structured
 * knowledge (Xie et al. 2022, UnifiedSKG, arXiv:2201.05966): {@code name : Ann | age : 31} and
 * {@code col : name | age row 1 : Ann | 31 row 2 : Ben | 25}.
 *
 * <p>A record in a record is flattened, its names after that of the outer one. A list of records is
 * a table of all their columns; a list of lists is one whose first row has the names; any other
 * list is its values and commas.
 */
final class StructuredText {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .readerFor(JsonNode.class);
  private static final String BETWEEN = " | ";

  private StructuredText() {}

  /**
   * Writes a record or a table.
   *
   * @param json an object or an array
   * @return the line; empty where there is nothing in it
   */
  static String of(String json) {
    try {
      return text(READER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write structured text: it must be JSON", e);
    }
  }

  private static String text(JsonNode node) {
    if (node.isObject()) {
      return cells(node).entrySet().stream()
          .filter(cell -> !cell.getValue().isEmpty())
          .map(cell -> cell.getKey() + " : " + cell.getValue())
          .collect(Collectors.joining(BETWEEN));
    }
    if (!node.isArray()) {
      return node.asText("");
    }
    if (isListOf(node, JsonNode::isObject)) {
      return records(node);
    }
    return isListOf(node, JsonNode::isArray) ? rows(node) : String.join(", ", values(node));
  }

  /** Values by their names, those of records in the record included. */
  private static Map<String, String> cells(JsonNode record) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : record.properties()) {
      if (member.getValue().isObject()) {
        cells(member.getValue())
            .forEach((name, value) -> cells.put(member.getKey() + " " + name, value));
      } else {
        cells.put(member.getKey(), text(member.getValue()));
      }
    }
    return cells;
  }

  private static String records(JsonNode list) {
    List<Map<String, String>> records = new ArrayList<>();
    Set<String> columns = new LinkedHashSet<>();
    for (JsonNode record : list) {
      records.add(cells(record));
      columns.addAll(records.get(records.size() - 1).keySet());
    }
    return table(
        List.copyOf(columns),
        records.stream()
            .map(record -> columns.stream().map(name -> record.getOrDefault(name, "")).toList())
            .toList());
  }

  private static String rows(JsonNode list) {
    List<List<String>> rows = new ArrayList<>();
    list.forEach(row -> rows.add(values(row)));
    return table(rows.get(0), rows.subList(1, rows.size()));
  }

  private static String table(List<String> columns, List<List<String>> rows) {
    StringBuilder line = new StringBuilder("col : ").append(String.join(BETWEEN, columns));
    for (int row = 0; row < rows.size(); row++) {
      line.append(" row ")
          .append(row + 1)
          .append(" : ")
          .append(String.join(BETWEEN, rows.get(row)));
    }
    return line.toString();
  }

  private static List<String> values(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(StructuredText::text).toList();
  }

  private static boolean isListOf(JsonNode list, Predicate<JsonNode> kind) {
    return !list.isEmpty() && StreamSupport.stream(list.spliterator(), false).allMatch(kind);
  }
}
