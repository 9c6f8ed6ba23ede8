package io.flanstream.jobs.cli;

/**
 * A network address.
 *
 * @param host name or address
 * @param port port
 */
record HostPort(String host, int port) {
  private static final int LAST = 65535;

  /** Reads host:port. */
  static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > LAST) {
      throw new IllegalArgumentException("must be host:port, got " + text);
    }
    return new HostPort(text.substring(0, colon), Integer.parseInt(port));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
