package io.flanstream.operators.registry;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a schema registry is, and as whom it is asked.
 *
 * @param addresses base addresses of its instances, without a slash at the end, asked in turn
 * @param authorization value of the HTTP header; masked in {@link #toString()}
 * @param tls keys and who is trusted; Java's own where empty
 * @param timeout how long to go on asking before it is given up; once where zero
 */
public record RegistryAccess(
    List<URI> addresses,
    Optional<String> authorization,
    Optional<SSLContext> tls,
    Duration timeout) {

  /** Keeps its own list. */
  public RegistryAccess {
    addresses = List.copyOf(addresses);
  }

  @Override
  public String toString() {
    return "RegistryAccess[addresses=%s, timeout=%s]".formatted(addresses, timeout);
  }
}
