package io.flanstream.jobs.pipeline;

import io.flanstream.operators.ingest.PayloadFormat;
import io.flanstream.operators.serialize.RecordFormat;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Which schema registry, and as whom.
 *
 * @param url base addresses of its instances, joined by commas
 * @param autoRegister whether the job registers what it writes
 * @param timeout how long a registry that is away is asked again
 * @param properties what its client is told; secrets are masked in {@link #toString()}
 */
public record RegistrySettings(
    String url, boolean autoRegister, Duration timeout, Map<String, String> properties)
    implements Serializable {
  private static final String ADDRESS = "https?://[^\\s/?#@,]+(/[^\\s?#@,]*)?";

  /** Keeps its own copy. */
  public RegistrySettings {
    properties = Map.copyOf(properties);
  }

  /** Addresses of the instances, without a slash at the end. */
  public List<String> addresses() {
    return Stream.of(url.split(","))
        .map(address -> address.strip().replaceFirst("/+$", ""))
        .toList();
  }

  /** The same, asked once. */
  public RegistrySettings impatient() {
    return new RegistrySettings(url, autoRegister, Duration.ZERO, properties);
  }

  static Optional<RegistrySettings> from(ReadableConfig config, Violations faults) {
    Optional<String> url = config.getOptional(RegistryOptions.URL);
    if (url.isEmpty()) {
      framed(config)
          .ifPresent(
              key ->
                  faults.add(
                      RegistryOptions.URL.key(),
                      "must be set where %s is %s".formatted(key, framed(config, key))));
      return Optional.empty();
    }
    RegistrySettings settings =
        new RegistrySettings(
            url.get(),
            config.get(RegistryOptions.AUTO_REGISTER),
            config.get(RegistryOptions.TIMEOUT),
            config.get(RegistryOptions.PROPERTIES));
    settings.check(faults);
    return Optional.of(settings);
  }

  private void check(Violations faults) {
    if (!addresses().stream().allMatch(address -> address.matches(ADDRESS))) {
      // It may have a password in it.
      faults.add(
          RegistryOptions.URL.key(),
          "must be http or https addresses without user and query, joined by commas");
    }
    Rules.positive(timeout, RegistryOptions.TIMEOUT, faults);
    properties.keySet().stream()
        .filter(key -> !RegistryProperties.isKnown(key))
        .sorted()
        .forEach(
            key ->
                faults.add(
                    RegistryOptions.PROPERTIES_PREFIX + key,
                    "is unknown; known here are config.providers, "
                        + String.join(", ", RegistryProperties.known())));
    if (properties
        .keySet()
        .containsAll(List.of(RegistryProperties.BASIC, RegistryProperties.BEARER))) {
      faults.add(
          RegistryOptions.PROPERTIES_PREFIX + RegistryProperties.BEARER,
          "must not be set beside " + RegistryProperties.BASIC);
    }
  }

  private static Object framed(ReadableConfig config, String key) {
    return key.equals(SourceOptions.FORMAT.key())
        ? config.get(SourceOptions.FORMAT)
        : key.equals(SourceOptions.TOPIC_FORMATS.key())
            ? framedTopic(config).orElseThrow()
            : RecordFormat.AVRO_CONFLUENT;
  }

  private static Optional<String> framedTopic(ReadableConfig config) {
    return Stream.of(PayloadFormat.AVRO_CONFLUENT, PayloadFormat.PROTOBUF_CONFLUENT)
        .map(PayloadFormat::toString)
        .filter(config.get(SourceOptions.TOPIC_FORMATS)::containsValue)
        .findFirst();
  }

  /** The first format that needs a registry. */
  private static Optional<String> framed(ReadableConfig config) {
    if (config.get(SourceOptions.FORMAT) == PayloadFormat.AVRO_CONFLUENT
        || config.get(SourceOptions.FORMAT) == PayloadFormat.PROTOBUF_CONFLUENT) {
      return Optional.of(SourceOptions.FORMAT.key());
    }
    if (framedTopic(config).isPresent()) {
      return Optional.of(SourceOptions.TOPIC_FORMATS.key());
    }
    return Stream.of(SinkOptions.FORMAT, DeadLetterOptions.FORMAT)
        .filter(option -> config.get(option) == RecordFormat.AVRO_CONFLUENT)
        .map(option -> option.key())
        .findFirst();
  }

  @Override
  public String toString() {
    return "RegistrySettings[url=%s, autoRegister=%s, timeout=%s, properties=%s]"
        .formatted(url, autoRegister, timeout, Secrets.masked(properties));
  }
}
