package io.flanstream.jobs.cli;

import io.flanstream.jobs.suite.MmluReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream eval mmlu}. */
@Command(
    name = "mmlu",
    description = {
      "Ask a model the questions of MMLU.",
      "Reads dev/SUBJECT_dev.csv, whose lines are the examples, and test/SUBJECT_test.csv: question,"
          + " four choices and the letter of the right one. The answer is the most probable of the"
          + " four letters, or the one that a chain of thought ends with."
    })
final class EvalMmluCommand implements Callable<Integer> {
  @Mixin private BenchmarkArguments suite;

  @Option(
      names = "--shots",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "The most examples of a prompt; fewer where the prompt would be too long (default:"
              + " ${DEFAULT-VALUE}).")
  private int shots;

  @Option(
      names = "--chain-of-thought",
      paramLabel = "FILE",
      description =
          "Have the model reason before it answers, as the examples of this JSON file do: {SUBJECT:"
              + " prompt}. The lines of dev have no reasoning.")
  private Optional<Path> chainOfThought;

  @Override
  public Integer call() throws IOException, InterruptedException {
    MmluReader reader = new MmluReader(suite.data(), suite.selection(shots));
    return suite.run(
        chainOfThought.isPresent() ? reader.chainOfThought(chainOfThought.get()) : reader.direct(),
        chainOfThought.isPresent());
  }
}
