package io.flanstream.jobs.cli;

import io.flanstream.jobs.hub.HubEndpoint;
import io.flanstream.jobs.hub.HubModel;
import io.flanstream.jobs.hub.ModelPull;
import io.flanstream.jobs.hub.PullProgress;
import io.flanstream.jobs.hub.PullReceipt;
import io.flanstream.jobs.hub.PullSettings;
import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.jobs.terminal.Cleanup;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.StandardStreams;
import io.flanstream.jobs.terminal.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flanstream model pull}. */
@Command(
    name = "pull",
    description = {
      "Pull a checkpoint from a Hugging Face hub or its mirror.",
      "The directory is there when it is complete and every checksum is right, and not before."
          + " What is cut, by Ctrl-C too, stays in DIR.partial, and the same command goes on from"
          + " there. Weights come as safetensors where the model has them; pickled ones"
          + " (pytorch_model*.bin) are converted without running the pickle.",
      "HF_TOKEN: what the hub is shown, and no other host; models that are not public need one.",
      "HTTPS_PROXY, NO_PROXY: as curl reads them; Java's own properties (https.proxyHost) come"
          + " first."
    })
final class ModelPullCommand implements Callable<Integer> {
  private static final int MOST_PARALLEL = 64;

  @Parameters(paramLabel = "OWNER/NAME", description = "The model, such as google/flan-ul2.")
  private String id;

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      defaultValue = "main",
      description =
          "Branch, tag, commit or pull request such as refs/pr/24 (default: ${DEFAULT-VALUE}). A"
              + " commit that is there already is not asked about again.")
  private String revision;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The new directory (default: the model's name without the owner).")
  private Optional<Path> directory;

  @Option(
      names = {"--endpoint", "--mirror"},
      paramLabel = "URL",
      description =
          "The hub or its mirror (default: HF_ENDPOINT, or " + HubEndpoint.HUGGING_FACE + ").")
  private Optional<String> endpoint;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      defaultValue = "4",
      description = "Files at a time (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(
      names = "--keep-originals",
      description =
          "Keep pickled weights beside the safetensors that they are converted to (default: they"
              + " are dropped).")
  private boolean keepOriginals;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (parallel < 1 || parallel > MOST_PARALLEL) {
      throw CommandException.usage(
          "Cannot pull %s: --parallel must be 1 to %s, got %s"
              .formatted(id, MOST_PARALLEL, parallel));
    }
    HubModel model = new HubModel(id, revision);
    HubEndpoint hub =
        HubEndpoint.of(
            endpoint.or(() -> environment("HF_ENDPOINT")).orElse(HubEndpoint.HUGGING_FACE),
            environment("HF_TOKEN"));
    Path to = directory.orElse(Path.of(model.name()));
    PullReceipt receipt = pull(model, hub, to);
    PrintWriter out = StandardStreams.writer();
    out.println(
        "%s has %s at commit %s: %s files, %s"
            .formatted(
                to,
                receipt.model(),
                receipt.commit(),
                receipt.files().size(),
                ByteCount.of(receipt.bytes())));
    sayWhose(receipt, out);
    sayWhatIsConverted(receipt, out);
    if (receipt.tokenizerMade()) {
      out.println("  tokenizer.json was made of spiece.model");
    }
    out.flush();
    return 0;
  }

  private static void sayWhose(PullReceipt receipt, PrintWriter out) {
    PullReceipt.PullRequest change = receipt.pullRequest();
    if (change != null) {
      out.println(
          change.author().isEmpty()
              ? "  pull request %s: the hub does not say whose it is".formatted(change.number())
              : "  pull request %s by %s (%s): %s"
                  .formatted(change.number(), change.author(), change.status(), change.title()));
    }
  }

  private static void sayWhatIsConverted(PullReceipt receipt, PrintWriter out) {
    PullReceipt.Conversion conversion = receipt.conversion();
    if (conversion != null) {
      out.println(
          "  converted to safetensors, bit by bit; the pickled files were %s"
              .formatted(conversion.kept() ? "kept" : "dropped (--keep-originals keeps them)"));
    }
  }

  private PullReceipt pull(HubModel model, HubEndpoint hub, Path to)
      throws IOException, InterruptedException {
    PrintWriter err = StandardStreams.errorWriter();
    Cleanup.register(() -> sayWhatIsKept(to, err));
    try (PullProgress progress = PullProgress.start(err)) {
      return new ModelPull(hub, PullSettings.of(parallel, keepOriginals), progress).pull(model, to);
    }
  }

  private static void sayWhatIsKept(Path to, PrintWriter err) {
    Path partial = ModelPull.partial(to);
    if (Files.isDirectory(partial)) {
      if (Cleanup.isInterrupted() && Style.isErrorTerminal()) {
        err.println();
      }
      err.println("flanstream: %s is kept: the same command goes on from there".formatted(partial));
    }
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
