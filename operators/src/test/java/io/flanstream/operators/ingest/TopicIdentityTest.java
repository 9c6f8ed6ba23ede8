package io.flanstream.operators.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicIdentityTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "7, 7, none",
        "7, 8, ''",
        "'', 8, none",
        "7, '', none",
        "7, 'a=7 b=9', none",
        "7, 'a=8 b=9', a",
        "'a=7 b=9', 'a=7 b=9', none",
        "'a=7 b=9', 'a=7 b=10', b",
        "'a=7', 'a=7 b=10', none",
        "'a=7 b=9', 'b=9', none",
        "'a=7 b=9', 9, none",
        "'a=7 b=9', 10, ''",
      })
  void findsATopicThatWasMadeAnew(String before, String now, String changed) {
    assertThat(TopicIdentity.changed(ids(before), ids(now)).orElse(null)).isEqualTo(changed);
  }

  private static List<String> ids(String text) {
    return Arrays.stream(text.split(" ", -1)).filter(id -> !id.isEmpty()).toList();
  }
}
