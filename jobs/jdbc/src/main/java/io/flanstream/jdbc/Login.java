package io.flanstream.jdbc;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * What a proxy is told of who asks, by HTTP's Basic authentication (RFC 7617). A password goes over
 * TLS, or stays on the machine.
 *
 * @param header value of the header; empty where nothing is told
 * @param withheld whether there is a password that is not told
 */
record Login(Optional<String> header, boolean withheld) {

  /** What the properties {@code user} and {@code password} come to for an address. */
  static Login of(Properties info, URI address) {
    String user = info == null ? null : info.getProperty("user");
    String password = info == null ? null : info.getProperty("password");
    if (user == null || user.isEmpty() || password == null || password.isEmpty()) {
      return new Login(Optional.empty(), false);
    }
    if (!address.getScheme().equals("https") && !isHere(address.getHost())) {
      return new Login(Optional.empty(), true);
    }
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new Login(Optional.of("Basic " + Base64.getEncoder().encodeToString(both)), false);
  }

  private static boolean isHere(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  HttpRequest.Builder with(HttpRequest.Builder request) {
    header.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  /** Whoever answers does not let these in. */
  SQLException refused(URI address, int status) {
    String rule =
        withheld
            ? "must be jdbc:flanstream:https://, since a password is not sent without TLS"
            : "must let user and password in";
    return new SQLInvalidAuthorizationSpecException(
        "Cannot connect: %s %s, got status %s".formatted(address.getAuthority(), rule, status),
        "28000");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return header.isPresent() ? "Basic" : "none";
  }
}
