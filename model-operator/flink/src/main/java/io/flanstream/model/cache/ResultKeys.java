package io.flanstream.model.cache;

import io.flanstream.model.ModelDescription;
import io.flanstream.model.TextModel;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.task.Condition;
import io.flanstream.model.task.OverlongPolicy;
import io.flanstream.model.task.TaskInput;
import io.flanstream.model.task.TaskSet;
import io.flanstream.schemas.EnrichedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.SchemaNormalization;

/**
 * SHA-256 over a text, what conditions of tasks look at, and everything else that its results
 * depend on. Thread-safe.
 */
final class ResultKeys {
  private final byte[] asked;
  private final SortedSet<String> attributes = new TreeSet<>();
  private final boolean topics;

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
    List<Condition> conditions =
        tasks.tasks().stream().flatMap(task -> task.when().stream()).toList();
    this.topics = conditions.stream().anyMatch(Condition.TopicIs.class::isInstance);
    for (Condition condition : conditions) {
      if (condition instanceof Condition.AttributeIs attribute) {
        attributes.add(attribute.attribute());
      }
    }
  }

  ByteBuffer of(TaskInput input) {
    MessageDigest digest = Sha256.digest();
    digest.update(asked);
    for (String attribute : attributes) {
      update(digest, input.attributes().get(attribute));
    }
    if (topics) {
      update(digest, input.topic());
    }
    return ByteBuffer.wrap(digest.digest(input.text().getBytes(StandardCharsets.UTF_8)));
  }

  /** Its length first: nothing can run into what follows. */
  private static void update(MessageDigest digest, String value) {
    byte[] bytes = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(0, value == null ? -1 : bytes.length));
    digest.update(bytes);
  }
}
