package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.ChoiceScores;
import io.flanstream.model.Choices;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.decode.AnswerForm;
import io.flanstream.model.decode.PieceTrie;
import io.flanstream.model.decode.SourceText;
import io.flanstream.model.decode.SpanGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Subtasks that ask the same of one model, each with tasks of its own, share what it computes. */
class SharedPassesTest {
  private static final int SUBTASKS = 4;
  private static final int RECORDS = 4;
  private final List<RecordingDevice> device = new ArrayList<>();

  @Test
  void aBatchOfFourSubtasksIsScoredInOneDecoderPass() {
    try (TextModel model = open()) {
      List<CompletableFuture<ChoiceScores>> answers = new ArrayList<>();
      for (int subtask = 0; subtask < SUBTASKS; subtask++) {
        Choices own = model.choices(new ArrayList<>(List.of("card lost", "card", "music")));
        for (int record = 0; record < RECORDS; record++) {
          answers.add(model.score("card " + "lost ".repeat(subtask) + record, own));
        }
      }
      answers.forEach(CompletableFuture::join);
      assertThat(device.get(0).meanBatch()).isGreaterThan(RECORDS);
      assertThat(device.get(0).scorings.get()).isEqualTo(device.get(0).encodings());
    }
  }

  @Test
  void theSameExtractionOfFourSubtasksIsComputedOnce() {
    try (TextModel model = open()) {
      List<CompletableFuture<GenerationOutput>> answers =
          IntStream.range(0, SUBTASKS)
              .mapToObj(
                  subtask ->
                      model.generate("play music", GenerationConfig.constrained(9, own(model))))
              .toList();
      GenerationOutput first = answers.get(0).join();
      assertThat(answers).allMatch(one -> one.join().text().equals(first.text()));
      assertThat(device.get(0).joined.get()).isEqualTo(1);
    }
  }

  private static SpanGrammar own(TextModel model) {
    SourceText source = SourceText.of("play music", model.tokenizer().normalizer());
    AnswerForm form = AnswerForm.many(2, model.tokenizer().ids("and"), model.tokenizer().ids("no"));
    return SpanGrammar.of(source, PieceTrie.of(model.vocabulary()), form);
  }

  private TextModel open() {
    return TextModels.open(
        GoldenCheckpoint.of("ul2").settings(64, ModelSettings.DataType.FLOAT32),
        (checkpoint, vocabulary) -> {
          device.add(
              new RecordingDevice(
                  DjlDevice.open(
                      T5Program.source(),
                      checkpoint,
                      vocabulary.size(),
                      StoredType.F32,
                      Packing.NONE,
                      ProgramBranch.CPU)));
          return device.get(0);
        });
  }
}
