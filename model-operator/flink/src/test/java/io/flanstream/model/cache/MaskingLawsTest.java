package io.flanstream.model.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.TestingTextModel;
import io.flanstream.model.flink.EventEnricher;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskParser;
import io.flanstream.model.task.TaskResults;
import io.flanstream.model.task.TaskRunner;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ExtractedField;
import io.flanstream.schemas.Extraction;
import io.flanstream.schemas.Source;
import io.flanstream.schemas.TextEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Not a masked value in an event, nor in what the result cache keeps of it. */
class MaskingLawsTest {
  private static final List<String> NAMES = List.of("Ann Lee", "Bo Ng", "Zoe Adams");
  private static final List<String> FORMED =
      List.of(
          "ann@lee.example",
          "GB82 WEST 1234 5698 7654 32",
          "DE89370400440532013000",
          "4111 1111 1111 1111",
          "+44 20 7946 0958");
  private static final TaskSet TASKS = tasks();

  /** A model that finds the first name, and repeats the whole text wherever it may write freely. */
  private final TestingTextModel model =
      new TestingTextModel(
          2000,
          (prompt, choice) -> -1.0,
          prompt ->
              prompt.startsWith("What is the name")
                  ? NAMES.stream()
                      .map(name -> name.toLowerCase(Locale.ROOT))
                      .filter(name -> prompt.toLowerCase(Locale.ROOT).contains(name))
                      .findFirst()
                      .orElse("unanswerable")
                  : prompt);

  @Property(tries = 200)
  void noByteHasAMaskedValue(@ForAll("texts") String text) {
    TextEvent event =
        new TextEvent(
            "id of " + text, text, Instant.EPOCH, new Source("t", 0, 1L), Map.of("copy", text));
    List<String> values = values(text);

    EnrichedEvent enriched =
        new EventEnricher(model, TASKS, OverlongPolicy.REJECT, true).enrich(event).join();
    TaskResults results = new TaskRunner(model, TASKS, OverlongPolicy.REJECT).run(text).join();
    byte[] kept = ResultCodec.encode(results);

    for (String value : values) {
      assertThat(enriched.toString()).doesNotContainIgnoringCase(value);
      assertThat(new String(kept, StandardCharsets.UTF_8)).doesNotContainIgnoringCase(value);
    }
    assertThat(ResultCodec.decode(kept)).isEqualTo(results);
    for (Extraction extraction : enriched.getExtractions()) {
      for (ExtractedField field : extraction.getFields()) {
        assertThat(part(enriched.getText(), field)).isEqualTo(field.getValue());
      }
    }
  }

  private static String part(String text, ExtractedField field) {
    int start = text.offsetByCodePoints(0, field.getStart());
    return text.substring(start, text.offsetByCodePoints(start, field.getEnd() - field.getStart()));
  }

  /** The forms, and the name that the model finds, which is the first of those that are there. */
  private static List<String> values(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Stream.concat(
            FORMED.stream().filter(text::contains),
            NAMES.stream().filter(name -> lower.contains(name.toLowerCase(Locale.ROOT))).limit(1))
        .toList();
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> words =
        Arbitraries.of("is late", "💩", "hello,", "[NAME_1]", "the card", "12", "\u00e9t\u00e9");
    Arbitrary<String> names = Arbitraries.of(NAMES).map(name -> name);
    Arbitrary<String> shouted = names.map(name -> name.toUpperCase(Locale.ROOT));
    return Arbitraries.oneOf(words, names, shouted, Arbitraries.of(FORMED))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(parts -> String.join(" ; ", parts));
  }

  private static TaskSet tasks() {
    try {
      return TaskParser.parse(
              new ObjectMapper()
                  .readTree(
                      """
                      [{"name": "summary", "type": "generation", "template": "{text}",
                        "max-new-tokens": 2000},
                       {"name": "who", "type": "extraction", "fields": ["person"]},
                       {"name": "private", "type": "masking", "fields": ["name"]}]
                      """),
              "tasks")
          .orElseThrow();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
