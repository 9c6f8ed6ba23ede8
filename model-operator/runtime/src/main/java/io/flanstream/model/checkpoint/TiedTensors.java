package io.flanstream.model.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The embedding and the head of a checkpoint, found as transformers 5 finds them: {@code
 * modeling_utils.py}, {@code tie_weights}. Which of the four tied tensors are stored depends on who
 * saved the checkpoint.
 *
 * @param embedding the embedding
 * @param head the head, where it is another matrix than the embedding
 */
record TiedTensors(StoredTensor embedding, Optional<StoredTensor> head) {
  private static final List<String> EMBEDDINGS =
      List.of(T5Tensors.EMBEDDING, "encoder.embed_tokens.weight", "decoder.embed_tokens.weight");

  /** Whether a tensor is one of the four, of which some may be absent. */
  static boolean isTied(String name) {
    return EMBEDDINGS.contains(name) || name.equals(T5Tensors.HEAD);
  }

  /**
   * Finds embedding and head among the stored tensors.
   *
   * @throws CheckpointException if none is stored, or two differ of which both are the embedding
   */
  static TiedTensors of(Path directory, WeightFiles files, ConfigFile config) {
    List<String> stored = EMBEDDINGS.stream().filter(name -> files.find(name) != null).toList();
    StoredTensor head = files.find(T5Tensors.HEAD);
    if (stored.isEmpty() && head == null) {
      throw new CheckpointException(
          "Cannot open checkpoint: one of the tensors %s and %s must be stored, none is in %s"
              .formatted(String.join(", ", EMBEDDINGS), T5Tensors.HEAD, directory));
    }
    String name = stored.isEmpty() ? T5Tensors.HEAD : stored.get(0);
    StoredTensor embedding = files.find(name);
    for (String other : stored) {
      refuseDifference(embedding, files.find(other));
    }
    if (!name.equals(T5Tensors.EMBEDDING)) {
      config.decide(
          "embedding",
          name,
          T5Tensors.EMBEDDING + " is not stored",
          name.equals(T5Tensors.HEAD)
              ? Optional.of("cannot compute: it does not take the head for the embedding")
              : Optional.empty());
    }
    boolean ownHead =
        head != null && !name.equals(T5Tensors.HEAD) && !TensorBytes.equal(head, embedding);
    decideHead(config, head, ownHead);
    return new TiedTensors(
        embedding.named(T5Tensors.EMBEDDING), ownHead ? Optional.of(head) : Optional.empty());
  }

  private static void refuseDifference(StoredTensor one, StoredTensor other) {
    if (!TensorBytes.equal(one, other)) {
      throw new CheckpointException(
          "Cannot open checkpoint: tensors %s and %s must be equal, as both are the embedding; they differ in %s"
              .formatted(one.name(), other.name(), one.difference(other)));
    }
  }

  private static void decideHead(ConfigFile config, StoredTensor head, boolean own) {
    boolean tied = config.tiesInTransformers4();
    String older = null;
    if (own && tied) {
      older = "the embedding, by tie_word_embeddings";
    } else if (head == null && !tied) {
      older = "a new random matrix: tie_word_embeddings is false";
    }
    String reason =
        head == null
            ? "lm_head.weight is not stored"
            : "lm_head.weight is stored and %s the embedding"
                .formatted(own ? "differs from" : "equals");
    config.decide("head", own ? "its own" : "the embedding", reason, Optional.ofNullable(older));
    if (own && tied) {
      config.warn(
          "config.json ties the head to the embedding, but the stored lm_head.weight differs from it; lm_head.weight is used, as in transformers 5");
    }
  }
}
