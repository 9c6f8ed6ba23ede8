package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.T5Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings a model from a hub into a directory, which is complete or not there.
 *
 * <p>Every file comes from one commit and has the checksum that the hub lists. What was pulled when
 * it ends early stays beside the directory, and the next pull goes on from there.
 */
public final class ModelPull {
  private final HubEndpoint endpoint;
  private final PullSettings settings;
  private final PullListener listener;

  /** Pulls from a hub. */
  public ModelPull(HubEndpoint endpoint, PullSettings settings, PullListener listener) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.listener = listener;
  }

  /** Where the files of an unfinished pull are. */
  public static Path partial(Path directory) {
    return PullDirectory.partialOf(directory.toAbsolutePath().normalize());
  }

  /**
   * Pulls a model, unless the directory holds it already.
   *
   * @param model what
   * @param directory where to
   * @return what the directory holds now
   * @throws CommandException if the hub, the network or the disk does not allow it
   * @throws CheckpointException if the files are no T5 checkpoint
   */
  public PullReceipt pull(HubModel model, Path directory) throws IOException, InterruptedException {
    PullDirectory target = new PullDirectory(directory);
    if (model.isPinned()) {
      Optional<PullReceipt> held = held(target, model, model.revision());
      if (held.isPresent()) {
        return held.get();
      }
    }
    try (HubHttp http = new HubHttp(endpoint, settings.patience())) {
      HubListing listing = new HubListing(http, settings.retries(), model);
      String commit = listing.commit();
      Optional<PullReceipt> held = held(target, model, commit);
      if (held.isPresent()) {
        return held.get();
      }
      try (target) {
        target.open(model);
        Optional<PullReceipt.PullRequest> change = listing.pullRequest();
        FileSelection selection = new FileSelection(model, listing.files(commit));
        FilePull pull = new FilePull(http, settings.retries(), listener, model, commit);
        List<HubFile> pulled = pull(http, pull, model, selection, target);
        PulledWeights weights = PulledWeights.of(target.partial(), pulled);
        if (selection.isPickled()) {
          weights = weights.converted(settings.keepOriginals(), listener);
        }
        Checkpoint.open(target.partial());
        PullReceipt receipt =
            new PullReceipt(
                endpoint.toString(),
                model.id(),
                model.revision(),
                commit,
                weights.files(),
                change.orElse(null),
                weights.conversion(),
                selection.hasSentencePieceAlone());
        target.publish(receipt);
        return receipt;
      }
    }
  }

  private List<HubFile> pull(
      HubHttp http, FilePull pull, HubModel model, FileSelection selection, PullDirectory target)
      throws IOException, InterruptedException {
    Path directory = target.partial();
    List<HubFile> pulled = new ArrayList<>();
    try (FilePulls pulls = new FilePulls(http, pull, settings.parallel())) {
      List<HubFile> small = selection.beforeWeights();
      pulled.addAll(expected(model, small, target, 0));
      pulls.pull(directory, small);
      // Before 39 GB come of something that is no T5.
      T5Config.read(directory.resolve("config.json"));
      if (selection.hasSentencePieceAlone()) {
        pulled.add(PulledWeights.tokenizer(directory));
      }
      List<HubFile> weights = selection.weights(directory);
      long converted = selection.isPickled() ? weights.stream().mapToLong(HubFile::size).sum() : 0;
      pulled.addAll(expected(model, weights, target, converted));
      pulls.pull(directory, weights);
    }
    return pulled;
  }

  private List<HubFile> expected(
      HubModel model, List<HubFile> files, PullDirectory target, long more) throws IOException {
    target.checkSpace(model, files, more);
    listener.expected(files.stream().mapToLong(HubFile::size).sum());
    return files;
  }

  private static Optional<PullReceipt> held(PullDirectory target, HubModel model, String commit)
      throws IOException {
    return target
        .receipt()
        .filter(receipt -> receipt.model().equals(model.id()) && receipt.commit().equals(commit));
  }
}
