package io.flanstream.model.cache;

import io.flanstream.model.ModelDescription;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.apache.avro.SchemaNormalization;

/** SHA-256 over a text and everything else that its results depend on. Thread-safe. */
final class ResultKeys {
  private final byte[] asked;

  /**
   * Takes what texts are asked.
   *
   * @param model the model that answers
   * @param tasks what is asked
   * @param overlong what happens to a text that does not fit
   * @param program version of the program that asks
   */
  ResultKeys(TextModel model, TaskSet tasks, OverlongPolicy overlong, String program) {
    ModelDescription description = model.description();
    MessageDigest digest = Sha256.digest();
    for (String part :
        List.of(
            program,
            Long.toHexString(
                SchemaNormalization.parsingFingerprint64(EnrichedEvent.getClassSchema())),
            description.weightsHash(),
            description.dtype(),
            Integer.toString(model.maxInputTokens()),
            tasks.version(),
            overlong.name())) {
      digest.update(part.getBytes(StandardCharsets.UTF_8));
      // No part has this byte: two that differ cannot run into the same.
      digest.update((byte) 0);
    }
    this.asked = digest.digest();
  }

  ByteBuffer of(String text) {
    MessageDigest digest = Sha256.digest();
    digest.update(asked);
    return ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
