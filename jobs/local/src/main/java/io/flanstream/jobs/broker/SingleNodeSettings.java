package io.flanstream.jobs.broker;

import java.nio.file.Path;
import java.util.Properties;

/** Broker settings of a Kafka that is one node: nothing is replicated and nobody is waited for. */
public final class SingleNodeSettings {
  /** Where it listens. */
  public static final String HOST = "127.0.0.1";

  private SingleNodeSettings() {}

  /**
   * Settings of a node.
   *
   * @param log directory of its log
   * @param ports where it listens
   * @return what {@code server.properties} would say
   */
  public static Properties of(Path log, FreePorts ports) {
    Properties settings = new Properties();
    settings.setProperty("process.roles", "broker,controller");
    settings.setProperty("node.id", "1");
    settings.setProperty("log.dirs", log.toString());
    settings.setProperty(
        "listeners",
        "PLAINTEXT://%s:%s,CONTROLLER://%s:%s"
            .formatted(HOST, ports.broker(), HOST, ports.controller()));
    settings.setProperty("controller.listener.names", "CONTROLLER");
    settings.setProperty("controller.quorum.bootstrap.servers", HOST + ":" + ports.controller());

    settings.setProperty("default.replication.factor", "1");
    settings.setProperty("min.insync.replicas", "1");
    settings.setProperty("offsets.topic.num.partitions", "1");
    settings.setProperty("offsets.topic.replication.factor", "1");
    settings.setProperty("transaction.state.log.num.partitions", "1");
    settings.setProperty("transaction.state.log.replication.factor", "1");
    settings.setProperty("transaction.state.log.min.isr", "1");
    settings.setProperty("share.coordinator.state.topic.num.partitions", "1");
    settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
    settings.setProperty("share.coordinator.state.topic.min.isr", "1");

    settings.setProperty("group.initial.rebalance.delay.ms", "0");
    settings.setProperty("auto.create.topics.enable", "false");
    settings.setProperty("num.network.threads", "2");
    settings.setProperty("num.io.threads", "2");
    // The cleaner would take 128 MiB of heap for compaction that nothing here asks for.
    settings.setProperty("log.cleaner.enable", "false");
    return settings;
  }
}
