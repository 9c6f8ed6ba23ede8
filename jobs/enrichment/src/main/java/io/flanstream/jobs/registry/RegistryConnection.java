package io.flanstream.jobs.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.RegistryProperties;
import io.flanstream.jobs.pipeline.RegistrySettings;
import io.flanstream.operators.registry.RegistryAccess;
import io.flanstream.operators.registry.RegistryException;
import io.flanstream.operators.registry.RegistryProvider;
import io.flanstream.operators.registry.SchemaRegistry;
import io.flanstream.operators.registry.Subject;
import io.flanstream.operators.registry.SubjectStrategy;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * A pipeline's schema registry. Kafka's own code reads the properties where the registry is opened:
 * what comes of a config provider is nowhere else.
 *
 * @param settings which registry, and as whom
 */
public record RegistryConnection(RegistrySettings settings) implements RegistryProvider {
  private static final long serialVersionUID = 1L;

  /** The registry of a pipeline; null where it has none. */
  public static RegistryConnection of(Pipeline pipeline) {
    return pipeline.registry().map(RegistryConnection::new).orElse(null);
  }

  /**
   * Where the schemas of a topic of a pipeline are; null where the pipeline has no registry.
   *
   * @param strategy how a schema's subject is named
   */
  public static Subject subject(Pipeline pipeline, String topic, SubjectStrategy strategy) {
    return pipeline
        .registry()
        .map(
            settings ->
                new Subject(
                    new RegistryConnection(settings), topic, settings.autoRegister(), strategy))
        .orElse(null);
  }

  @Override
  public SchemaRegistry open() {
    List<URI> addresses = settings.addresses().stream().map(URI::create).toList();
    try {
      AbstractConfig config =
          new AbstractConfig(RegistryProperties.DEFINITION, settings.properties(), false);
      boolean isSecure = addresses.stream().anyMatch(uri -> uri.getScheme().equals("https"));
      return new SchemaRegistry(
          new RegistryAccess(
              addresses,
              authorization(config),
              isSecure ? Optional.of(tls(config)) : Optional.empty(),
              settings.timeout()));
    } catch (KafkaException e) {
      throw new RegistryException("Cannot open schema registry: " + e.getMessage(), e);
    }
  }

  private static Optional<String> authorization(AbstractConfig config) {
    Password user = config.getPassword(RegistryProperties.BASIC);
    Password token = config.getPassword(RegistryProperties.BEARER);
    if (user != null) {
      byte[] credentials = user.value().strip().getBytes(UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(credentials));
    }
    return Optional.ofNullable(token).map(value -> "Bearer " + value.value().strip());
  }

  private static SSLContext tls(AbstractConfig config) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(config.values());
      return factory.sslContext();
    }
  }
}
