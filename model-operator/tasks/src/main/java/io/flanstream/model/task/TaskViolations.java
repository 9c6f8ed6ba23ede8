package io.flanstream.model.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Faults in how tasks are written, one for each mistake. */
final class TaskViolations {
  private final List<TaskViolation> faults = new ArrayList<>();
  private final Set<String> meant = new HashSet<>();

  /** Adds a fault, unless it is that something is missing whose name was misspelt. */
  void add(TaskViolation fault) {
    if (!meant.contains(fault.path())) {
      faults.add(fault);
    }
  }

  /** Notes what a misspelt name was meant to be. */
  void meant(String path) {
    meant.add(path);
  }

  List<TaskViolation> all() {
    return List.copyOf(faults);
  }

  /** What could not be read stands as its default, about which there is nothing more to say. */
  List<TaskViolation> withoutFollowing(List<TaskViolation> ofRules) {
    return ofRules.stream().filter(fault -> !follows(fault.path())).toList();
  }

  private boolean follows(String path) {
    return meant.stream().anyMatch(at -> isUnder(path, at))
        || faults.stream().anyMatch(fault -> isUnder(path, fault.path()));
  }

  private static boolean isUnder(String path, String at) {
    return path.equals(at) || path.startsWith(at + ".");
  }
}
