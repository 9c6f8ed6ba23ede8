package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.djl.Company.Answer;
import io.flanstream.model.djl.Company.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer does not depend on who shares the batch. */
class CompanyTest {
  private static final Path TRAINED =
      Path.of(System.getProperty("flanstream.root"), "deploy", "models", "flan-mini");
  private static final int RECORDS = 80;
  private static final int ORDERS = 2;
  private static final int BATCH = 24;
  private static final double TOLERANCE = 1e-4;

  /**
   * In bfloat16, two log-probabilities that are closer than this may change places with the
   * company.
   */
  private static final double BFLOAT16_MARGIN = 0.25;

  @ParameterizedTest
  @CsvSource({"t5-v1_0", "t5-v1_1", "ul2", "flan-mini"})
  void aRecordAloneIsAnsweredAsInAnyBatchAndOrder(String name) {
    List<Asked> records = Company.records(new Random(name.hashCode()), RECORDS);
    try (Company alone = open(name, T5Program.source(), StoredType.F32, 1);
        Company mixed = open(name, T5Program.source(), StoredType.F32, BATCH)) {
      List<Answer> expected = alone.oneByOne(records);
      for (int order = 0; order < ORDERS; order++) {
        assertThat(worst(mixed, records, expected, new Random(order))).isLessThan(TOLERANCE);
      }
      assertThat(alone.device().meanBatch()).isEqualTo(1);
      assertThat(alone.device().meanRows()).isEqualTo(1);
      assertThat(mixed.device().meanBatch()).isGreaterThan(8);
      assertThat(mixed.device().meanRows()).isGreaterThan(4);
      assertThat(mixed.device().lateJoins.get()).isPositive();
    }
  }

  @Test
  void theChoiceIsTheSameInBfloat16AwayFromTies() {
    List<Asked> records =
        Company.records(new Random(1), 3 * RECORDS).stream()
            .filter(
                asked -> asked.kind() == Company.Kind.SCORE || asked.kind() == Company.Kind.BEST)
            .toList();
    try (Company alone = open("flan-mini", T5Program.source(), StoredType.BF16, 1);
        Company mixed = open("flan-mini", T5Program.source(), StoredType.BF16, BATCH)) {
      List<Answer> expected = alone.oneByOne(records);
      List<Answer> answers = mixed.together(records);
      int clear = 0;
      for (int i = 0; i < records.size(); i++) {
        if (expected.get(i).margin() > BFLOAT16_MARGIN) {
          clear++;
          assertThat(answers.get(i).chosen()[0]).isEqualTo(expected.get(i).chosen()[0]);
        }
      }
      assertThat(clear).isGreaterThan(records.size() / 2);
      assertThat(mixed.device().meanBatch()).isGreaterThan(8);
    }
  }

  @Test
  void companyShowsWherePaddingIsNotMasked() {
    String masked = "unsqueeze(1).unsqueeze(1), float(\"-inf\")).to";
    assertThat(T5Program.source()).contains(masked);
    String broken = T5Program.source().replace(masked, masked.replace("float(\"-inf\")", "0.0"));
    List<Asked> records = Company.records(new Random(2), RECORDS);
    try (Company alone = open("ul2", broken, StoredType.F32, 1);
        Company mixed = open("ul2", broken, StoredType.F32, BATCH)) {
      double worst = worst(mixed, records, alone.oneByOne(records), new Random(3));
      assertThat(worst).isGreaterThan(10 * TOLERANCE);
    }
  }

  private static double worst(
      Company mixed, List<Asked> records, List<Answer> expected, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    List<Answer> answers = mixed.together(order.stream().map(records::get).toList());
    double worst = 0;
    for (int i = 0; i < order.size(); i++) {
      worst = Math.max(worst, answers.get(i).distance(expected.get(order.get(i))));
    }
    return worst;
  }

  private static Company open(String name, String source, StoredType dtype, int batch) {
    Path directory = name.equals("flan-mini") ? TRAINED : GoldenCheckpoint.of(name).directory();
    return new Company(directory, source, dtype, batch);
  }
}
