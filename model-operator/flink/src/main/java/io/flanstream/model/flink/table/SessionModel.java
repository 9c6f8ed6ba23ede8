package io.flanstream.model.flink.table;

import io.flanstream.model.flink.CheckpointModel;
import io.flanstream.model.flink.ClientOptions;
import io.flanstream.model.flink.ClientSettings;
import io.flanstream.model.flink.ModelOptions;
import io.flanstream.model.flink.table.SqlModelOptions.ErrorMode;
import java.time.Duration;
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
    try {
      return new CheckpointModel(options(ModelOptions.class, session, own));
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  /**
   * How the model is asked.
   *
   * @param session the session's settings
   * @param own what the statement gives
   * @param linger how long the process keeps the model
   * @throws ValidationException if an option is out of bounds
   */
  static ClientSettings client(ReadableConfig session, Map<String, String> own, Duration linger) {
    try {
      return ClientOptions.read(options(ClientOptions.class, session, own), linger);
    } catch (IllegalArgumentException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  /** What happens to a row that cannot be answered: the session says where nothing nearer does. */
  static ErrorMode errorMode(ReadableConfig session, ReadableConfig own) {
    return own.getOptional(SqlModelOptions.ERROR_MODE)
        .orElseGet(() -> session.get(SqlModelOptions.ERROR_MODE));
  }

  private static Configuration options(
      Class<?> declaring, ReadableConfig session, Map<String, String> own) {
    Configuration options = new Configuration();
    for (ConfigOption<?> option : SqlModelOptions.of(Set.of(declaring))) {
      copy(session, option, options);
    }
    options.addAll(Configuration.fromMap(own));
    return options;
  }

  private static <T> void copy(ReadableConfig from, ConfigOption<T> option, Configuration to) {
    from.getOptional(option).ifPresent(value -> to.set(option, value));
  }
}
