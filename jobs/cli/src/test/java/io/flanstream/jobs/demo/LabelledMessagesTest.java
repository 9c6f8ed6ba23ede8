package io.flanstream.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code flanstream eval} reads says of the demo's messages what the demo itself does. */
class LabelledMessagesTest {
  private static final Path DEMO = Path.of(System.getProperty("flanstream.root"), "deploy/demo");
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void labelledIsMessagesWithExpected() throws IOException {
    List<String> messages = Files.readAllLines(DEMO.resolve("messages.jsonl"));
    List<JsonNode> labelled = new ArrayList<>();
    for (String line : Files.readAllLines(DEMO.resolve("expected.jsonl"))) {
      JsonNode expected = MAPPER.readTree(line);
      if (expected.get("outcome").asText().equals("ENRICHED")) {
        JsonNode message = MAPPER.readTree(messages.get(expected.get("line").asInt() - 1));
        ObjectNode text = MAPPER.createObjectNode();
        text.set("id", expected.get("id"));
        text.set("text", message.get("text"));
        text.putObject("gold")
            .<ObjectNode>set("intent", expected.get("intent"))
            .set("details", expected.get("fields"));
        labelled.add(text);
      }
    }

    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(DEMO.resolve("labelled.jsonl"))) {
      found.add(MAPPER.readTree(line));
    }
    assertThat(found).hasSize(358).isEqualTo(labelled);
  }
}
