package io.flanstream.operators.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What a registry has answered.
 *
 * @param status HTTP status
 * @param body the answer, missing where it is no JSON
 */
record RegistryAnswer(int status, JsonNode body) {
  private static final int OK = 200;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  /** No such subject, version or schema; a mere 404 may come of a wrong address. */
  private static final Set<Integer> NOT_FOUND = Set.of(40401, 40402, 40403);

  private static final int LONGEST_REASON = 200;

  boolean isOk() {
    return status == OK;
  }

  boolean isNotFound() {
    return NOT_FOUND.contains(body.path("error_code").intValue());
  }

  boolean isConflict() {
    return status == CONFLICT;
  }

  /** Whether a schema breaks the rules of its subject, or is none to the registry. */
  boolean isRefusal() {
    return isConflict() || status == UNPROCESSABLE;
  }

  /** Whether it would be the same if it was asked again. */
  boolean isFinal() {
    return isOk() ? body.isContainerNode() : isNotFound() || isRefusal();
  }

  /** For people, on one line. */
  String said() {
    String reason =
        isOk()
            ? "what is no answer of a schema registry"
            : body.path("message").asText().replaceAll("\\p{Cntrl}+", " ").strip();
    return "answered %s%s".formatted(status, reason.isEmpty() ? "" : ": " + shortened(reason));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
  }
}
