package io.flanstream.model.flink.table;

import io.flanstream.model.ModelOptions;
import io.flanstream.model.flink.CheckpointModel;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/** The model that a statement asks: its own options, and the session's where it has none. */
final class SessionModel {

  private SessionModel() {}

  /**
   * Checks the options.
   *
   * @param session the session's settings
   * @param own what the statement gives
   * @return the model, with no other settings of the session, so that equal ones are shared
   * @throws ValidationException if an option is missing or out of bounds
   */
  static CheckpointModel of(ReadableConfig session, Map<String, String> own) {
    Configuration options = new Configuration();
    for (ConfigOption<?> option : SqlModelOptions.of(Set.of(ModelOptions.class))) {
      copy(session, option, options);
    }
    options.addAll(Configuration.fromMap(own));
    try {
      return new CheckpointModel(options);
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  private static <T> void copy(ReadableConfig from, ConfigOption<T> option, Configuration to) {
    from.getOptional(option).ifPresent(value -> to.set(option, value));
  }
}
