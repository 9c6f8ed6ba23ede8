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
import org.junit.jupiter.params.provider.EnumSource;

/** An answer does not depend on who shares the batch. */
class CompanyTest {
  private static final Path TRAINED =
      Path.of(System.getProperty("flanstream.root"), "deploy", "models", "flan-mini");
  private static final int RECORDS = 80;
  private static final int ORDERS = 2;
  private static final int MOST_ORDERS = 20;
  private static final int BATCH = 24;
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @CsvSource({
    "t5-v1_0, NONE, CPU",
    "t5-v1_1, NONE, CPU",
    "ul2, NONE, CPU",
    "flan-mini, NONE, CPU",
    "ul2, PREPACKED, CPU",
    "t5-v1_1, PREPACKED, CPU",
    "t5-v1_1, NONE, CUDA",
    "ul2, NONE, CUDA",
    "flan-mini, NONE, CUDA"
  })
  void aRecordAloneIsAnsweredAsInAnyBatchAndOrder(
      String name, Packing packing, ProgramBranch branch) {
    List<Asked> records = Company.records(new Random(name.hashCode()), RECORDS);
    try (Company alone = open(name, T5Program.source(), StoredType.F32, packing, branch, 1);
        Company mixed = open(name, T5Program.source(), StoredType.F32, packing, branch, BATCH)) {
      List<Answer> expected = alone.oneByOne(records);
      int order = 0;
      do {
        assertThat(worst(mixed, records, expected, new Random(order++))).isLessThan(TOLERANCE);
      } while (order < ORDERS || (mixed.device().lateJoins.get() == 0 && order < MOST_ORDERS));
      assertThat(alone.device().meanBatch()).isEqualTo(1);
      assertThat(alone.device().meanRows()).isLessThan(2);
      assertThat(mixed.device().meanBatch()).isGreaterThan(8);
      assertThat(mixed.device().meanRows()).isGreaterThan(4);
      assertThat(mixed.device().lateJoins.get()).isPositive();
    }
  }

  /** Two log-probabilities that are closer than the margin may change places with the company. */
  @ParameterizedTest
  @CsvSource({
    "BF16, NONE, CPU, 0.25",
    "BF16, NONE, CUDA, 0.25",
    "BF16, INT8_WHOLE, CUDA, 0.25",
    "F32, INT8, CPU, 0.1",
    "F32, INT8_WHOLE, CPU, 0.1"
  })
  void theChoiceIsTheSameAwayFromTies(
      StoredType dtype, Packing packing, ProgramBranch branch, double margin) {
    List<Asked> records =
        Company.records(new Random(1), 3 * RECORDS).stream()
            .filter(
                asked -> asked.kind() == Company.Kind.SCORE || asked.kind() == Company.Kind.BEST)
            .toList();
    try (Company alone = open("flan-mini", T5Program.source(), dtype, packing, branch, 1);
        Company mixed = open("flan-mini", T5Program.source(), dtype, packing, branch, BATCH)) {
      List<Answer> expected = alone.oneByOne(records);
      List<Answer> answers = mixed.together(records);
      int clear = 0;
      for (int i = 0; i < records.size(); i++) {
        if (expected.get(i).margin() > margin) {
          clear++;
          assertThat(answers.get(i).chosen()[0]).isEqualTo(expected.get(i).chosen()[0]);
        }
      }
      assertThat(clear).isGreaterThan(records.size() / 2);
      assertThat(mixed.device().meanBatch()).isGreaterThan(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void companyShowsWherePaddingIsNotMasked(ProgramBranch branch) {
    String masked = "unsqueeze(1).unsqueeze(1), float(\"-inf\")).to";
    assertThat(T5Program.source()).contains(masked);
    String broken = T5Program.source().replace(masked, masked.replace("float(\"-inf\")", "0.0"));
    List<Asked> records = Company.records(new Random(2), RECORDS);
    try (Company alone = open("ul2", broken, StoredType.F32, Packing.NONE, branch, 1);
        Company mixed = open("ul2", broken, StoredType.F32, Packing.NONE, branch, BATCH)) {
      double worst = worst(mixed, records, alone.oneByOne(records), new Random(3));
      assertThat(worst).isGreaterThan(10 * TOLERANCE);
    }
  }

  @Test
  void companyShowsWhereRecordsShareAScaleOfInt8() {
    String alone = "torch.amax(torch.abs(x), [-1], True)";
    assertThat(T5Program.source()).contains(alone);
    String shared = T5Program.source().replace(alone, "torch.amax(torch.abs(x))");
    assertThat(worstInInt8(shared)).isGreaterThan(4 * worstInInt8(T5Program.source()));
  }

  private static double worstInInt8(String source) {
    List<Asked> records =
        Company.records(new Random(4), 2 * RECORDS).stream()
            .filter(asked -> asked.kind() == Company.Kind.SCORE)
            .toList();
    try (Company alone =
            open("flan-mini", source, StoredType.F32, Packing.INT8, ProgramBranch.CPU, 1);
        Company mixed =
            open("flan-mini", source, StoredType.F32, Packing.INT8, ProgramBranch.CPU, BATCH)) {
      return worst(mixed, records, alone.oneByOne(records), new Random(5));
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

  private static Company open(
      String name,
      String source,
      StoredType dtype,
      Packing packing,
      ProgramBranch branch,
      int batch) {
    Path directory = name.equals("flan-mini") ? TRAINED : GoldenCheckpoint.of(name).directory();
    return new Company(directory, source, dtype, packing, branch, batch);
  }
}
