package io.flanstream.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;

/** The keys of Flink's configuration, from the classes that declare them. */
final class TestingFlinkOptions {
  private static final List<Class<?>> DECLARING =
      List.of(
          BlobServerOptions.class,
          CheckpointingOptions.class,
          CoreOptions.class,
          ExternalResourceOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          KubernetesConfigOptions.class,
          MetricOptions.class,
          ResourceManagerOptions.class,
          RestOptions.class,
          RestartStrategyOptions.class,
          SecurityOptions.class,
          StateRecoveryOptions.class,
          TaskManagerOptions.class);

  /** Keys with a name of the user's in them, and those of code that is not Flink's core. */
  private static final Pattern NAMED =
      Pattern.compile(
          "metrics\\.reporter\\.\\w+\\.(factory\\.class|port|filterLabelValueCharacters)"
              + "|external-resource\\.\\w+\\.(amount|driver-factory\\.class|kubernetes\\.config-key)"
              + "|s3\\.(endpoint|path\\.style\\.access)");

  /** Of the operator, whose options are in a jar that is not on Maven Central. */
  private static final Set<String> OF_THE_OPERATOR =
      Set.of("kubernetes.operator.savepoint.format.type", "kubernetes.operator.job.restart.failed");

  private static final Set<String> KEYS = keys();

  private TestingFlinkOptions() {}

  /** Fails if nobody reads the key. */
  static void check(String key) {
    if (!NAMED.matcher(key).matches() && !OF_THE_OPERATOR.contains(key)) {
      assertThat(KEYS).as("options of Flink").contains(key);
    }
  }

  private static Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    try {
      for (Class<?> declaring : DECLARING) {
        for (Field field : declaring.getFields()) {
          if (field.getType() == ConfigOption.class) {
            keys.add(((ConfigOption<?>) field.get(null)).key());
          }
        }
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
    assertThat(keys).hasSizeGreaterThan(200);
    return keys;
  }
}
