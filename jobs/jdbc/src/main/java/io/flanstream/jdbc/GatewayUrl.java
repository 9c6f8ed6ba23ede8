package io.flanstream.jdbc;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * {@code jdbc:flanstream:[https:]//host:port[/catalog[/database]][?key=value&…]}.
 *
 * @param address where the gateway listens, or a proxy in front of it
 * @param catalog catalog to begin in
 * @param database database to begin in
 * @param options the session's options
 */
record GatewayUrl(
    URI address, Optional<String> catalog, Optional<String> database, Properties options) {
  private static final String PREFIX = "jdbc:flanstream:";
  private static final String PLAIN = "//";
  private static final String TLS = "https://";

  static boolean isOne(String url) {
    return url != null && (url.startsWith(PREFIX + PLAIN) || url.startsWith(PREFIX + TLS));
  }

  static GatewayUrl parse(String url) throws SQLException {
    String address = url.substring(PREFIX.length());
    URI uri;
    try {
      uri = URI.create(address.startsWith(TLS) ? address : "http:" + address);
    } catch (IllegalArgumentException e) {
      throw malformed(url, e);
    }
    String[] path = (uri.getPath() == null ? "" : uri.getPath()).split("/", -1);
    if (uri.getHost() == null || uri.getPort() < 0 || path.length > 3) {
      throw malformed(url, null);
    }
    Properties options = new Properties();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String option : query.split("&")) {
      int equals = option.indexOf('=');
      if (equals < 1 && !option.isEmpty()) {
        throw malformed(url, null);
      }
      if (!option.isEmpty()) {
        options.setProperty(
            decoded(option.substring(0, equals)), decoded(option.substring(equals + 1)));
      }
    }
    return new GatewayUrl(
        URI.create(uri.getScheme() + "://" + uri.getRawAuthority()),
        part(path, 1),
        part(path, 2),
        options);
  }

  private static Optional<String> part(String[] path, int at) {
    return path.length > at && !path[at].isEmpty() ? Optional.of(path[at]) : Optional.empty();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static SQLException malformed(String url, Throwable cause) {
    return new SQLException(
        "Cannot connect: the URL must be"
            + " jdbc:flanstream:[https:]//HOST:PORT[/CATALOG[/DATABASE]][?KEY=VALUE], got "
            + url,
        "08001",
        cause);
  }
}
