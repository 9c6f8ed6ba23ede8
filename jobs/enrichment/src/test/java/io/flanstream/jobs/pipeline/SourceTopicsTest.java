package io.flanstream.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTopicsTest {

  @Test
  void areOneOrSeveralOrThoseOfAPattern() {
    assertThat(topics("topic: orders")).isEqualTo(SourceTopics.of("orders"));
    SourceTopics two = topics("topics: [orders, clicks]");
    assertThat(two.names()).containsExactly("orders", "clicks");
    assertThat(two.text()).isEqualTo("orders, clicks");
    assertThat(two.one()).isEmpty();
    SourceTopics all = topics("topic-pattern: orders-.*");
    assertThat(all.among(List.of("orders-eu", "orders", "old-orders-eu", "orders-us")))
        .containsExactly("orders-eu", "orders-us");
    assertThat(all.text()).isEqualTo("topics like orders-.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from: latest | source.topic: must be set",
        "topic: a, topics: [b] | source.topics: must not be set where source.topic is",
        "topics: [a], topic-pattern: b | source.topic-pattern: must not be set where source.topics is",
        "topics: [] | source.topics: must have a topic, got \"an empty list\"",
        "topics: [a, a] | source.topics: must have each topic once, got \"a, a\"",
        "topics: [a b] | source.topics: must be a topic name: up to 249 letters, digits, dots, dashes and underscores, got \"a b\"",
        "topic-pattern: '(a' | source.topic-pattern: must be a regular expression: Unclosed group, got \"(a\"",
        "topics: [a, out] | sink.topic: must differ from source.topics, got \"out\"",
        "topic-pattern: d.* | dead-letters.topic: must differ from source.topic-pattern and sink.topic, got \"dead\"",
        "topics: [a, b], to: '0:1' | source.to: must name the topic of each offset, as in orders:0:120, got \"0:1\"",
        "topics: [a, b], from: 'c:0:1' | source.from: must have offsets of a, b alone, got \"c:0:1\"",
        "topic: a, from: 'b:0:1' | source.from: must have offsets of a alone, got \"b:0:1\"",
      })
  void otherwiseAreAFault(String source, String fault) {
    assertThatThrownBy(() -> topics(source)).hasMessageContaining(fault);
  }

  @Test
  void nameTheirPartitions() {
    TopicPartition partition = new TopicPartition("orders", 3);
    SourceTopics one = SourceTopics.of("orders");
    assertThat(one.name(partition)).isEqualTo("3");
    assertThat(one.partition("3")).isEqualTo(partition);
    assertThat(one.partition("orders:3")).isEqualTo(partition);
    SourceTopics two = topics("topics: [orders, clicks]");
    assertThat(two.name(partition)).isEqualTo("orders:3");
    assertThat(two.partition("orders:3")).isEqualTo(partition);
  }

  @Test
  void haveOffsetsOfEach() {
    Position position = Position.parse("orders:0:120,clicks:07:80");
    assertThat(position).isEqualTo(new Position.Offsets(Map.of("orders:0", 120L, "clicks:7", 80L)));
    assertThat(position.text()).isEqualTo("clicks:7:80,orders:0:120");
    assertThat(Position.parse(position.text())).isEqualTo(position);
  }

  private static SourceTopics topics(String source) {
    return PipelineFile.parse(
            """
            name: test
            kafka: { bootstrap-servers: "127.0.0.1:1" }
            source: { %s }
            model: { path: none }
            tasks: [ { name: intent, type: classification, labels: [a, b] } ]
            sink: { topic: out }
            dead-letters: { topic: dead }
            """
                .formatted(source),
            "test",
            Path.of(""))
        .source()
        .topics();
  }
}
