package io.flanstream.jobs.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Two ports that nobody listened on a moment ago.
 *
 * @param broker for clients
 * @param controller for the quorum
 */
public record FreePorts(int broker, int controller) {

  static FreePorts find() throws IOException {
    InetAddress host = InetAddress.getByName(SingleNodeSettings.HOST);
    try (ServerSocket broker = new ServerSocket(0, 1, host);
        ServerSocket controller = new ServerSocket(0, 1, host)) {
      return new FreePorts(broker.getLocalPort(), controller.getLocalPort());
    }
  }
}
