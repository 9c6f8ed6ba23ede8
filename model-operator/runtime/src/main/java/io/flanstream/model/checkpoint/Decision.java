package io.flanstream.model.checkpoint;

import java.util.Optional;

/**
 * Something about a checkpoint that its files leave open, as it was decided.
 *
 * @param subject what was decided, such as {@code output scale}
 * @param choice what it was decided to be
 * @param reason the keys or tensors that decide
 * @param transformers4 what transformers 4.x does with the same files, where that is something else
 */
public record Decision(
    String subject, String choice, String reason, Optional<String> transformers4) {}
