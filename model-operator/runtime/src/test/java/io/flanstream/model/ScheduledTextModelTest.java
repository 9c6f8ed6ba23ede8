package io.flanstream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.model.checkpoint.LoadProgress;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScheduledTextModelTest {
  private static TextModel model;

  @BeforeAll
  static void open() {
    model = TextModels.open(ModelSettings.of(GoldenCheckpoint.of("ul2").directory()));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void aTextCannotEndThePrompt() {
    for (String name : List.of("</s>", "<pad>")) {
      int[] ids = model.tokenizer().ids("lost " + name + " card");
      assertThat(ids).doesNotContain(model.vocabulary().endId(), model.vocabulary().padId());
      TokenizedText tokens = model.tokenizer().encode("lost " + name + " card");
      assertThat(tokens.ids()).isEqualTo(ids);
      assertThat(tokens.ends()[tokens.length() - 1]).isEqualTo(10 + name.length());
    }
  }

  @Test
  void refusesAPromptThatIsTooLong() {
    CompletableFuture<ChoiceScores> answer =
        model.score("card ".repeat(3000), model.choices(List.of("a", "b")));
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ModelException.class)
        .hasMessageContaining("tokens exceed model.max-input-tokens = 2048");
  }

  @Test
  void refusesChoicesThatCannotBeToldApart() {
    assertThatThrownBy(() -> model.choices(List.of("card lost", "card  lost")))
        .hasMessage(
            "Cannot score choices: they must differ in tokens, but choices 0 and 1 are the same");
    assertThatThrownBy(() -> model.choices(List.of("a", "")))
        .hasMessage("Cannot score choice 1: it must have a token, got none for \"\"");
    assertThatThrownBy(() -> model.choices(List.of()))
        .hasMessage("Cannot score choices: there must be at least one, got 0");
  }

  @Test
  void refusesMoreBeamsThanRowsThatMayDecode() {
    GenerationConfig decoding =
        GenerationConfig.free(4).by(new Beams(65, 1, Beams.EarlyStopping.FALSE));
    assertThatThrownBy(() -> model.generate("card", decoding))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot generate: num-beams must be at most model.batch.max-decoding = 64, got 65");
  }

  @Test
  void aStopStringEndsTheAnswerAndStaysInIt() {
    String prompt = GoldenCheckpoint.of("ul2").expected().generations().get(3).prompt();
    String free = model.generate(prompt, GenerationConfig.free(24)).join().text();
    String stop = free.substring(free.length() / 2, free.length() / 2 + 3);
    GenerationOutput stopped =
        model.generate(prompt, GenerationConfig.free(24).stoppingAt(List.of(stop))).join();
    assertThat(stopped.ended()).isTrue();
    assertThat(free).startsWith(stopped.text());
    assertThat(" " + stopped.text()).contains(stop);
    assertThat(stopped.text()).hasSizeLessThan(free.length());
  }

  @Test
  void probabilitiesSumToOne() {
    double[] scores =
        model.score("card", model.choices(List.of("a", "b", "card lost"))).join().probabilities();
    assertThat(Arrays.stream(scores).sum())
        .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-12));
  }

  @Test
  void aClosedModelAnswersWithItsCode() {
    TextModel closed = TextModels.open(ModelSettings.of(GoldenCheckpoint.of("ul2").directory()));
    Choices choices = closed.choices(List.of("a", "b"));
    closed.close();
    assertThatThrownBy(() -> closed.score("never tokenised again", choices).join())
        .satisfies(
            thrown ->
                assertThat(((ModelException) thrown.getCause()).code())
                    .isEqualTo(ModelException.Code.CLOSED));
  }

  @Test
  void refusesADeviceThatIsNotThere() {
    ModelSettings settings =
        ModelSettings.builder(GoldenCheckpoint.of("ul2").directory()).devices("cuda:63").build();
    assertThatThrownBy(() -> TextModels.open(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must name a device that libtorch sees, got cuda:63, found");
  }

  @Test
  void aDeviceThatCannotBeMadeLeavesNothingOpen() {
    assertThatThrownBy(
            () ->
                TextModels.open(
                    ModelSettings.of(GoldenCheckpoint.of("ul2").directory()),
                    (checkpoint, vocabulary) -> {
                      throw new IllegalStateException(Device.class.getSimpleName());
                    }))
        .hasMessage("Device");
  }

  @Test
  void replicasGiveTheSameAnswers() {
    GoldenCheckpoint golden = GoldenCheckpoint.of("ul2");
    List<LoadProgress> told = new ArrayList<>();
    try (TextModel model =
        TextModels.open(onDevices("cpu", "cpu"), progress -> told.add(progress))) {
      assertThat(golden.worstScoreDifference(model)).isLessThan(1e-4);
      assertThat(golden.differentGenerations(model)).isZero();
    }
    assertThat(told)
        .isSortedAccordingTo(
            Comparator.comparing(LoadProgress::stage).thenComparing(LoadProgress::bytes));
    assertThat(told.get(0).stage()).isEqualTo(LoadProgress.Stage.HASHING);
    LoadProgress last = told.get(told.size() - 1);
    assertThat(last.bytes()).isEqualTo(last.total());
  }

  @Test
  void refusesReplicasThatWouldAnswerOtherwise() {
    assertThatThrownBy(() -> onDevices("cpu", "cuda:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot open model: model.device must be all cpu or all cuda:N, so that an answer is the same on each, got cpu,cuda:0");
    assertThatThrownBy(() -> onDevices("cuda:0", "tpu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot open model: model.device must be cpu or cuda:N, got cuda:0,tpu");
  }

  private static ModelSettings onDevices(String... devices) {
    return ModelSettings.builder(GoldenCheckpoint.of("ul2").directory()).devices(devices).build();
  }
}
