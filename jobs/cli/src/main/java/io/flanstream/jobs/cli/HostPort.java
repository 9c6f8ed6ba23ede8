package io.flanstream.jobs.cli;

/**
 * A network address.
 *
 * @param host name or address
 * @param port port
 * @param tls whether to speak TLS there
 */
record HostPort(String host, int port, boolean tls) {
  private static final int LAST = 65535;
  private static final String TLS = "https://";

  /** Reads host:port, or https://host:port. */
  static HostPort parse(String text) {
    boolean tls = text.startsWith(TLS);
    String place = tls ? text.substring(TLS.length()) : text;
    int colon = place.lastIndexOf(':');
    String port = place.substring(colon + 1);
    if (colon < 1
        || place.contains("/")
        || !port.matches("\\d{1,5}")
        || Integer.parseInt(port) > LAST) {
      throw new IllegalArgumentException("must be host:port or https://host:port, got " + text);
    }
    return new HostPort(place.substring(0, colon), Integer.parseInt(port), tls);
  }

  /** Address of the page that is there. */
  String webPage() {
    return (tls ? TLS : "http://") + host + ":" + port;
  }

  @Override
  public String toString() {
    return (tls ? TLS : "") + host + ":" + port;
  }
}
