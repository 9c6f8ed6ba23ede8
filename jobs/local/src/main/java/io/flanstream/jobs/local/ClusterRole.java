package io.flanstream.jobs.local;

import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/** What a process of a cluster is there for: its main class and the memory that Flink gives it. */
enum ClusterRole {
  /** Remembers jobs and who leads, where the cluster is highly available. */
  ZOOKEEPER(FlinkZooKeeperQuorumPeer.class) {
    @Override
    List<String> memory(Configuration config) {
      return List.of("-Xmx64m");
    }
  },
  JOB_MANAGER(StandaloneSessionClusterEntrypoint.class) {
    @Override
    List<String> memory(Configuration config) {
      return words(JobManagerProcessUtils.generateJvmParametersStr(jobManager(config), config));
    }

    @Override
    List<String> javaOptions(Configuration config) {
      return options(config, CoreOptions.FLINK_JM_JVM_OPTIONS);
    }

    @Override
    List<String> settings(Configuration config) {
      return words(JobManagerProcessUtils.generateDynamicConfigsStr(jobManager(config)));
    }
  },
  TASK_MANAGER(TaskManagerRunner.class) {
    @Override
    List<String> memory(Configuration config) {
      return words(ProcessMemoryUtils.generateJvmParametersStr(taskManager(config)));
    }

    @Override
    List<String> javaOptions(Configuration config) {
      return options(config, CoreOptions.FLINK_TM_JVM_OPTIONS);
    }

    @Override
    List<String> settings(Configuration config) {
      return words(TaskExecutorProcessUtils.generateDynamicConfigsStr(taskManager(config)));
    }
  };

  private final Class<?> main;

  ClusterRole(Class<?> main) {
    this.main = main;
  }

  String main() {
    return main.getName();
  }

  /** What its JVM is told of memory. */
  abstract List<String> memory(Configuration config);

  /** What else its JVM is told. */
  List<String> javaOptions(Configuration config) {
    return List.of();
  }

  /** What its program is told of memory. */
  List<String> settings(Configuration config) {
    return List.of();
  }

  private static List<String> options(Configuration config, ConfigOption<String> own) {
    return Stream.of(CoreOptions.FLINK_JVM_OPTIONS, own)
        .map(config::get)
        .filter(options -> !options.isBlank())
        .flatMap(options -> words(options).stream())
        .toList();
  }

  private static JobManagerProcessSpec jobManager(Configuration config) {
    return JobManagerProcessUtils.processSpecFromConfig(config);
  }

  private static TaskExecutorProcessSpec taskManager(Configuration config) {
    return TaskExecutorProcessUtils.processSpecFromConfig(config);
  }

  private static List<String> words(String parameters) {
    return List.of(parameters.strip().split("\\s+"));
  }
}
