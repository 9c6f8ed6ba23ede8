package io.flanstream.jobs.client;

import java.util.Map;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.SecurityOptions;

/**
 * How clients speak TLS with Flink's REST endpoint: by Flink's own settings, {@code
 * security.ssl.*}, of the {@code config.yaml} in {@code FLINK_CONF_DIR}, as Flink's own client
 * does.
 */
final class RestTls {
  private static final String SCHEME = "https://";
  private static final String SETTINGS = "security.ssl.";

  private RestTls() {}

  /** An address without its scheme; as it is where it has none. */
  static String place(String address) {
    return address.startsWith(SCHEME) ? address.substring(SCHEME.length()) : address;
  }

  /** What a client is told beside the address. */
  static Configuration settings() {
    Configuration tls = new Configuration();
    String directory = System.getenv(ConfigConstants.ENV_FLINK_CONF_DIR);
    if (directory != null) {
      for (Map.Entry<String, String> setting :
          GlobalConfiguration.loadConfiguration(directory).toMap().entrySet()) {
        if (setting.getKey().startsWith(SETTINGS)) {
          tls.setString(setting.getKey(), setting.getValue());
        }
      }
    }
    if (!tls.contains(SecurityOptions.SSL_REST_TRUSTSTORE)
        && !tls.contains(SecurityOptions.SSL_TRUSTSTORE)) {
      throw new IllegalArgumentException(
          "Cannot speak TLS with Flink: %s must be set in config.yaml of the directory that %s"
                  .formatted(
                      SecurityOptions.SSL_REST_TRUSTSTORE.key(), ConfigConstants.ENV_FLINK_CONF_DIR)
              + " names, got "
              + (directory == null ? "no directory" : directory));
    }
    tls.set(SecurityOptions.SSL_REST_ENABLED, true);
    return tls;
  }
}
