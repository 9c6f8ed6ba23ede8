package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.util.regex.Pattern;

/**
 * A model on a hub.
 *
 * @param id owner and name, such as {@code google/flan-ul2}; models of old have no owner
 * @param revision branch, tag or commit
 */
public record HubModel(String id, String revision) {
  private static final Pattern ID =
      Pattern.compile("([A-Za-z0-9][\\w.-]{0,95}/)?[A-Za-z0-9][\\w.-]{0,95}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * Names a model.
   *
   * @throws CommandException if the name or the revision cannot be one
   */
  public HubModel {
    if (!ID.matcher(id).matches() || id.contains("..")) {
      throw CommandException.usage(
          "Cannot pull model: its name must be owner/name, got %s".formatted(id));
    }
    if (revision.isBlank()) {
      throw CommandException.usage(
          "Cannot pull %s: its revision must be a branch, a tag or a commit, got \"%s\""
              .formatted(id, revision));
    }
  }

  /** The name without the owner. */
  public String name() {
    return id.substring(id.indexOf('/') + 1);
  }

  /** Whether the revision names one commit for ever, as a branch or a tag does not. */
  boolean isPinned() {
    return isCommit(revision);
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  @Override
  public String toString() {
    return id;
  }
}
