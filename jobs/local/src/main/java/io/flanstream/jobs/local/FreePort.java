package io.flanstream.jobs.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Iterator;
import org.apache.flink.util.NetUtils;

/** Ports that nobody listened on a moment ago. */
final class FreePort {
  private FreePort() {}

  static int anyOn(String host) throws IOException {
    return of(host, "0");
  }

  /** The first that is free of a port or a range. */
  static int of(String host, String range) throws IOException {
    Iterator<Integer> ports = NetUtils.getPortRangeFromString(range);
    IOException taken = null;
    while (ports.hasNext()) {
      try (ServerSocket socket = new ServerSocket(ports.next(), 1, InetAddress.getByName(host))) {
        return socket.getLocalPort();
      } catch (IOException e) {
        taken = e;
      }
    }
    throw new IOException(
        "Cannot start cluster: a port of %s must be free on %s".formatted(range, host), taken);
  }
}
