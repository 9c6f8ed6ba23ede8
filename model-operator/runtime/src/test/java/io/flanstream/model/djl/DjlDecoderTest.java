package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.model.GoldenCheckpoint;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.device.DecoderStep;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that come and go write what they write alone. */
class DjlDecoderTest {
  private static final double TOLERANCE = 1e-4;
  private static final int STEPS = 40;
  private static final int PROMPTS = 40;

  @ParameterizedTest
  @CsvSource({"1, CPU", "2, CPU", "3, CPU", "1, CUDA", "2, CUDA", "3, CUDA"})
  void aRowThatJoinsLateWritesWhatItWritesAlone(long seed, ProgramBranch branch) {
    assertThat(worst(T5Program.source(), branch, seed)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest(name = "it shows: {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a lane's padding is not masked | torch.fill_(slots, float(\"-inf\")) | torch.fill_(slots, 0.0)",
        "a row sees what its slot held before | masked_fill(torch.gt(relative, 0) | masked_fill(torch.gt(relative, 1000)",
        "all rows are at the highest position | torch.clamp_(positions - | torch.clamp_(torch.zeros_like(positions) + torch.amax(positions) -",
        "a row that moves leaves its mask | torch.copy_(self.paddings[m].select(0, target), self.paddings[m].select(0, source)) | torch.numel(self.paddings[m])",
        "a row that moves leaves its cache | torch.copy_(own.select(1, target), own.select(1, source)) | torch.numel(own)",
        "a lane that grows forgets its prompts | torch.copy_(y.narrow(at, 0, kept) | torch.add(y.narrow(at, 0, kept)",
        "a lane that grows forgets what it wrote | torch.copy_(new.narrow(1, 0, kept) | torch.add(new.narrow(1, 0, kept)",
        "a lane that grows takes others' keys | torch.copy_(y.narrow(1, first + size, | torch.add(y.narrow(1, first + size,",
      })
  void itShows(String fault, String from, String to) {
    assertThat(T5Program.source()).contains(from);
    for (ProgramBranch branch : ProgramBranch.values()) {
      assertThat(worst(T5Program.source().replace(from, to), branch, 1))
          .as("%s, %s", fault, branch)
          .isGreaterThan(10 * TOLERANCE);
    }
  }

  /** The farthest that a log-probability in company is from the same alone. */
  private static double worst(String source, ProgramBranch branch, long seed) {
    Checkpoint checkpoint = Checkpoint.open(GoldenCheckpoint.of("ul2").directory());
    int pieces = checkpoint.config().vocabSize();
    Random random = new Random(seed);
    List<Writing> all = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      int length = (int) (2 + 100 * random.nextDouble() * random.nextDouble());
      all.add(new Writing(random.ints(length, 2, 100).toArray()));
    }
    try (DjlDevice device =
        DjlDevice.open(source, checkpoint, pieces, StoredType.F32, Packing.NONE, branch)) {
      for (Writing one : all) {
        write(device, List.of(one), new Random(0));
        one.beginAgain();
      }
      write(device, all, random);
    }
    return all.stream().mapToDouble(Writing::worst).max().orElseThrow();
  }

  /** Lets all join a few at a time, each leaving after its steps. */
  private static void write(Device device, List<Writing> all, Random random) {
    DecoderStep step = new DecoderStep();
    List<Writing> rows = new ArrayList<>();
    int joined = 0;
    try (Device.Decoder decoder = device.startDecoding()) {
      while (joined < all.size() || !rows.isEmpty()) {
        if (joined < all.size() && (rows.isEmpty() || random.nextInt(6) == 0)) {
          List<Writing> next =
              all.subList(joined, Math.min(all.size(), joined + 1 + random.nextInt(6)));
          join(device, decoder, next);
          rows.addAll(next);
          joined += next.size();
        }
        step.resize(rows.size());
        for (int row = 0; row < rows.size(); row++) {
          rows.get(row).ask(step, row);
        }
        decoder.step(step);
        for (int row = rows.size() - 1; row >= 0; row--) {
          if (rows.get(row).read(step, row)) {
            decoder.leave(row);
            Writing last = rows.remove(rows.size() - 1);
            if (row < rows.size()) {
              rows.set(row, last);
            }
          }
        }
      }
      assertThat(decoder.bytes()).isZero();
    }
  }

  private static void join(Device device, Device.Decoder decoder, List<Writing> next) {
    int[][] prompts = next.stream().map(one -> one.prompt).toArray(int[][]::new);
    try (Device.Encoding encoding = device.encode(prompts)) {
      decoder.join(encoding, IntStream.range(0, prompts.length).toArray());
    }
  }

  /** What a row writes, of its own length, held to what it wrote alone. */
  private static final class Writing {
    private final int[] prompt;
    private final int steps;
    private final float[] logprobs = new float[STEPS];
    private final int[] tokens = new int[STEPS];
    private float[] alone;
    private int count;

    Writing(int[] prompt) {
      this.prompt = prompt;
      this.steps = 1 + Math.floorMod(Arrays.hashCode(prompt), STEPS);
    }

    void beginAgain() {
      alone = logprobs.clone();
      count = 0;
    }

    /** The tokens are those written alone, so that one difference is not the cause of others. */
    void ask(DecoderStep step, int row) {
      step.tokens()[row] = count == 0 ? 0 : tokens[count - 1];
      step.positions()[row] = count;
      step.allowed()[row] = alone == null ? null : new int[] {tokens[count]};
      step.scored()[row] = false;
    }

    boolean read(DecoderStep step, int row) {
      tokens[count] = step.written()[row];
      logprobs[count++] = step.logprobs()[row];
      return count == steps;
    }

    double worst() {
      double worst = 0;
      for (int i = 0; i < steps; i++) {
        worst = Math.max(worst, Math.abs(logprobs[i] - alone[i]));
      }
      return worst;
    }
  }
}
