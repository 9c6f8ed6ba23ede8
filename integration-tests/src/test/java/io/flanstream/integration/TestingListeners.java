package io.flanstream.integration;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a process listens, as Linux's {@code /proc} says. */
final class TestingListeners {
  private static final String LISTENS = "0A";

  private TestingListeners() {}

  /** Address and port of every TCP socket on which a process takes connections. */
  static Set<String> of(long pid) throws IOException {
    Set<String> own = sockets(pid);
    Set<String> found = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals(LISTENS) && own.contains("socket:[%s]".formatted(columns[9]))) {
          found.add(address(columns[1]));
        }
      }
    }
    return found;
  }

  /** Those of them that other machines can reach. */
  static Set<String> exposed(long pid) throws IOException {
    return of(pid).stream()
        .filter(listener -> !isLoopback(listener))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isLoopback(String listener) {
    try {
      return InetAddress.getByName(listener.substring(0, listener.lastIndexOf(':')))
          .isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> sockets(long pid) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
      Set<String> sockets = new TreeSet<>();
      for (Path descriptor : descriptors.toList()) {
        try {
          sockets.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
          // Closed since it was listed.
        }
      }
      return sockets;
    }
  }

  /** The kernel prints an address as words in the byte order of the machine. */
  private static String address(String hexadecimal) throws UnknownHostException {
    int colon = hexadecimal.indexOf(':');
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hexadecimal.substring(0, colon)));
    ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    return "%s:%s"
        .formatted(
            InetAddress.getByAddress(bytes.array()).getHostAddress(),
            Integer.parseInt(hexadecimal.substring(colon + 1), 16));
  }
}
