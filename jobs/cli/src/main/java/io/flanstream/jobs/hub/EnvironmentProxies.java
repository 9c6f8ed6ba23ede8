package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Proxies as the JVM's properties name them ({@code https.proxyHost}), and otherwise as curl and
 * Python read them from the environment: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code
 * ALL_PROXY}, {@code NO_PROXY}, in either case.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  static {
    // The JDK shows no password to a proxy that tunnels unless told; the environment tells.
    if (System.getProperty(DISABLED_SCHEMES) == null) {
      System.setProperty(DISABLED_SCHEMES, "");
    }
  }

  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public List<Proxy> select(URI address) {
    return proxy(address)
        .map(
            proxy ->
                new Proxy(
                    Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort())))
        .map(List::of)
        .orElseGet(() -> jvm(address));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // The request fails, which is said.
  }

  /**
   * The proxy that the environment names for an address, without its password.
   *
   * @throws CommandException if it names what is none
   */
  Optional<URI> proxy(URI address) {
    return named(address)
        .map(proxy -> URI.create("http://%s:%s".formatted(proxy.getHost(), proxy.getPort())));
  }

  /** What a proxy of the environment is shown, if its address has a user. */
  Optional<String> credentials(URI address) {
    return named(address)
        .map(URI::getUserInfo)
        .map(
            user ->
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  private Optional<URI> named(URI address) {
    if (isJvmToldOf(address.getScheme()) || isExcepted(address)) {
      return Optional.empty();
    }
    String scheme = address.getScheme() + "_proxy";
    return Stream.of(scheme, "all_proxy")
        .flatMap(name -> value(name).map(value -> parsed(name, value)).stream())
        .findFirst();
  }

  private static boolean isJvmToldOf(String scheme) {
    return System.getProperty(scheme + ".proxyHost") != null
        || System.getProperty("socksProxyHost") != null;
  }

  private static List<Proxy> jvm(URI address) {
    ProxySelector selector = ProxySelector.getDefault();
    return isJvmToldOf(address.getScheme()) && selector != null
        ? selector.select(address)
        : List.of(Proxy.NO_PROXY);
  }

  private Optional<String> value(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(environment::get)
        .filter(value -> value != null && !value.isBlank())
        .map(String::strip)
        .findFirst();
  }

  private static URI parsed(String name, String value) {
    try {
      URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
      if ("http".equals(proxy.getScheme()) && proxy.getHost() != null) {
        return proxy.getPort() > 0
            ? proxy
            : URI.create(proxy.toString().replaceFirst("/*$", ":80"));
      }
    } catch (IllegalArgumentException e) {
      // Said below, without a password that it may have.
    }
    throw CommandException.usage(
        "Cannot use proxy: %s must be http://host:port, got %s"
            .formatted(
                name.toUpperCase(Locale.ROOT), value.replaceFirst("(://|^)[^/]*@", "$1***@")));
  }

  private boolean isExcepted(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    int port =
        address.getPort() > 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
    return Stream.of(value("no_proxy").orElse("").split("[,\\s]+"))
        .map(rule -> rule.toLowerCase(Locale.ROOT))
        .anyMatch(rule -> covers(rule, host, port));
  }

  private static boolean covers(String rule, String host, int port) {
    if (rule.equals("*")) {
      return true;
    }
    String name = rule;
    if (rule.matches("[^:]+:\\d+")) {
      if (!rule.endsWith(":" + port)) {
        return false;
      }
      name = rule.substring(0, rule.lastIndexOf(':'));
    }
    if (name.contains("/")) {
      return isIn(name, host);
    }
    String suffix = name.replaceFirst("^\\*?\\.", "");
    return !suffix.isEmpty() && (host.equals(suffix) || host.endsWith("." + suffix));
  }

  /** Whether an IPv4 address is in a network such as 10.0.0.0/8. */
  private static boolean isIn(String network, String host) {
    String[] parts = network.split("/", 2);
    Optional<Integer> base = ipv4(parts[0]);
    Optional<Integer> at = ipv4(host);
    if (base.isEmpty() || at.isEmpty() || !parts[1].matches("\\d|[12]\\d|3[0-2]")) {
      return false;
    }
    int bits = Integer.parseInt(parts[1]);
    int mask = bits == 0 ? 0 : -1 << (32 - bits);
    return (base.get() & mask) == (at.get() & mask);
  }

  private static Optional<Integer> ipv4(String text) {
    if (!text.matches("(\\d{1,3}\\.){3}\\d{1,3}")) {
      return Optional.empty();
    }
    int value = 0;
    for (String part : text.split("\\.")) {
      value = value << 8 | (Integer.parseInt(part) & 0xff);
    }
    return Optional.of(value);
  }
}
