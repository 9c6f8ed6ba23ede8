package io.flanstream.jobs.local;

import java.util.Map;

/**
 * What a local cluster is made of.
 *
 * @param taskManagers number of TaskManagers
 * @param slots slots of each
 * @param webPort port of the web page, or a range to choose from
 * @param highAvailability whether a ZooKeeper remembers the jobs, so that they outlive the
 *     JobManager
 * @param flink what else to tell Flink
 */
public record ClusterSettings(
    int taskManagers,
    int slots,
    String webPort,
    boolean highAvailability,
    Map<String, String> flink) {

  /** Keeps its own copy. */
  public ClusterSettings {
    flink = Map.copyOf(flink);
  }
}
