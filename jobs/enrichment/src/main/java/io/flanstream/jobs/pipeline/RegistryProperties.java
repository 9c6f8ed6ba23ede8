package io.flanstream.jobs.pipeline;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;

/** What {@code registry.properties} may say, as Kafka's own clients define such things. */
public final class RegistryProperties {
  /** User and password, joined by a colon. */
  public static final String BASIC = "basic.auth.user.info";

  /** A token. */
  public static final String BEARER = "bearer.auth.token";

  /** Every property that is known. */
  public static final ConfigDef DEFINITION = definition();

  /** These belong to Java's HTTP client. */
  private static final Set<String> NOT_OURS =
      Set.of(
          SslConfigs.SSL_CIPHER_SUITES_CONFIG,
          SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG,
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG);

  private RegistryProperties() {}

  static boolean isKnown(String key) {
    return known().contains(key) || key.startsWith(AbstractConfig.CONFIG_PROVIDERS_CONFIG);
  }

  static Set<String> known() {
    Set<String> known = new TreeSet<>(DEFINITION.names());
    known.removeAll(NOT_OURS);
    return known;
  }

  static boolean isSecret(String key) {
    ConfigDef.ConfigKey entry = DEFINITION.configKeys().get(key);
    return entry != null && entry.type == ConfigDef.Type.PASSWORD;
  }

  private static ConfigDef definition() {
    return new ConfigDef()
        .define(
            BASIC, ConfigDef.Type.PASSWORD, null, ConfigDef.Importance.MEDIUM, "User and password.")
        .define(
            "basic.auth.credentials.source",
            ConfigDef.Type.STRING,
            "USER_INFO",
            ConfigDef.ValidString.in("USER_INFO"),
            ConfigDef.Importance.LOW,
            "Where they are.")
        .define(BEARER, ConfigDef.Type.PASSWORD, null, ConfigDef.Importance.MEDIUM, "Token.")
        .define(
            "bearer.auth.credentials.source",
            ConfigDef.Type.STRING,
            "STATIC_TOKEN",
            ConfigDef.ValidString.in("STATIC_TOKEN"),
            ConfigDef.Importance.LOW,
            "Where it is.")
        .withClientSslSupport();
  }
}
