package io.flanstream.jobs.cli;

import io.flanstream.jobs.suite.BbhReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream eval bbh}. */
@Command(
    name = "bbh",
    description = {
      "Ask a model the questions of BIG-Bench Hard.",
      "Reads bbh/TASK.json and the worked examples of cot-prompts/TASK.txt. An answer is right where"
          + " it is the target, word for word."
    })
final class EvalBbhCommand implements Callable<Integer> {
  @Mixin private BenchmarkArguments suite;

  @Option(
      names = "--shots",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "The most examples of a prompt; fewer where the prompt would be too long (default:"
              + " ${DEFAULT-VALUE}).")
  private int shots;

  @Option(
      names = "--chain-of-thought",
      description = "Have the model reason before it answers, as the examples do.")
  private boolean chainOfThought;

  @Override
  public Integer call() throws IOException, InterruptedException {
    BbhReader reader = new BbhReader(suite.data(), suite.selection(shots));
    return suite.run(chainOfThought ? reader.chainOfThought() : reader.direct(), chainOfThought);
  }
}
