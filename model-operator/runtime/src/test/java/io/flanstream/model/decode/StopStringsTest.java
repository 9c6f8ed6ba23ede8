package io.flanstream.model.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token sequences of the Javadoc of Hugging Face's StopStringCriteria, and more. */
class StopStringsTest {
  private static final List<String> PIECES =
      List.of(
          "<pad>", "</s>", "<unk>", "▁st", "op", "stop", "opera", "sto", "pper", "las", "topper",
          "s", "to", "pped", "at", "tion");
  private static final Vocabulary VOCABULARY = new Vocabulary(PIECES, Set.of(0, 1, 2), 0, 1, 2);

  @ParameterizedTest
  @CsvSource({
    "▁st op, stop, true",
    "▁st op, ' stop', true",
    "stop, stop, true",
    "stop, ' stop', false",
    "▁st opera, stop, true",
    "sto pper, stop, true",
    "las topper, stop, true",
    "s to pped, stop, true",
    "stop at, stop, false",
    "▁st op at, stop, false",
    "▁st opera tion, stop, false",
    "▁st <unk> op, stop, false",
    "op, stop, false",
    "stop op, op, true",
    "las to, xstopx, false",
  })
  void anAnswerEndsWithTheTokenThatCompletesAString(String pieces, String stop, boolean ends) {
    int[] ids =
        List.of(("<pad> " + pieces).split(" ")).stream().mapToInt(PIECES::indexOf).toArray();
    assertThat(new StopStrings(List.of("never", stop), VOCABULARY).endAt(ids)).isEqualTo(ends);
  }

  @Test
  void aStringMayBeWrittenInBytes() {
    List<String> pieces = new ArrayList<>(List.of("<pad>", "</s>", "<unk>", "▁caf"));
    List<Integer> byteIds = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      byteIds.add(pieces.size());
      pieces.add("byte " + value);
    }
    Vocabulary vocabulary =
        new Vocabulary(pieces, Set.of(0, 1, 2), 0, 1, 2).with(byteIds, Map.of());
    StopStrings stop = new StopStrings(List.of("fé!"), vocabulary);
    assertThat(stop.endAt(new int[] {0, 3, 4 + 0xc3, 4 + 0xa9})).isFalse();
    assertThat(stop.endAt(new int[] {0, 3, 4 + 0xc3, 4 + 0xa9, 4 + '!'})).isTrue();
    assertThat(vocabulary.text(new int[] {0, 3, 4 + 0xc3, 4 + 0xa9, 4 + 0xff, 1}))
        .isEqualTo("café");
  }
}
