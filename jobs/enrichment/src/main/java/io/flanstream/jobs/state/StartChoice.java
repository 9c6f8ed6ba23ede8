package io.flanstream.jobs.state;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** What a run is told to go on from. */
public sealed interface StartChoice {

  /** What the last run left. */
  record Newest() implements StartChoice {}

  /** Nothing: the topic is read anew. */
  record Scratch() implements StartChoice {}

  /** The offsets of the consumer group. */
  record CommittedOffsets() implements StartChoice {}

  /**
   * A savepoint or checkpoint.
   *
   * @param uri where it is
   */
  record Savepoint(String uri) implements StartChoice {
    private Resumption resolve() throws IOException {
      try {
        SavedState saved = SavedState.read(new Path(uri));
        return Resumption.from(saved, said(Resumption.described(saved)));
      } catch (UnsupportedFileSystemSchemeException e) {
        // The cluster may have a plugin for it.
        return Resumption.from(new SavedState(uri, 0, Instant.now(), true, false), said(uri));
      }
    }

    private static String said(String from) {
      return "goes on from %s; nothing is lost; what was written after it comes twice"
          .formatted(from);
    }
  }

  /**
   * A savepoint that a deployment names, which is gone on from once: as long as the deployment
   * names it, a process that is started again goes on from the newest state.
   *
   * @param uri where it is
   */
  record Named(String uri) implements StartChoice {
    private boolean isObeyed(Optional<PipelineState> state) throws IOException {
      return state.isPresent()
          && state.get().starts().stream()
              .findFirst()
              .filter(start -> uri.equals(start.named()))
              .isPresent();
    }
  }

  /**
   * Finds what that is now.
   *
   * @param pipeline the pipeline
   * @param state its state; empty where none is kept
   * @param before who ran it last, as Kafka knows it
   * @param identity which pipeline it is
   * @param committed offsets of the consumer group now
   * @throws IOException if it cannot be gone on from
   */
  default Resumption resolve(
      Pipeline pipeline,
      Optional<PipelineState> state,
      Optional<OwnerRecord> before,
      PipelineIdentity identity,
      Supplier<Map<String, Long>> committed)
      throws IOException {
    if (this instanceof Scratch) {
      Position from = pipeline.source().from();
      return Resumption.at(
          from instanceof Position.Committed ? new Position.Earliest() : from,
          "from scratch: what the topic still has is read again, and comes a second time where it"
              + " was answered before; what was in flight and what dedup remembers is forgotten");
    }
    if (this instanceof CommittedOffsets) {
      return Resumption.at(
          new Position.Committed(),
          "from the group's committed offsets: nothing is lost; what was written since they were"
              + " committed comes twice, which is what was in flight and at most a checkpoint's"
              + " worth more; dedup forgets");
    }
    if (this instanceof Savepoint savepoint) {
      return savepoint.resolve();
    }
    if (this instanceof Named named) {
      StartChoice choice = named.isObeyed(state) ? new Newest() : new Savepoint(named.uri());
      Resumption found = choice.resolve(pipeline, state, before, identity, committed);
      if (found.saved().isEmpty()) {
        // Flink would go on from the savepoint a second time.
        throw new IOException(
            "Cannot resume pipeline %s: execution.state-recovery.path must not be set any more, since the run from there has ended, got %s"
                .formatted(identity.name(), named.uri()));
      }
      return found.named(named.uri());
    }
    if (state.isEmpty()) {
      return new Resumption(
          Optional.empty(),
          Optional.empty(),
          "none is kept: the cluster has no execution.checkpointing.dir, and"
              + " job.checkpoint-directory is not set; reads from where source.from says");
    }
    return Resumption.newest(state.get(), before, identity, committed);
  }
}
