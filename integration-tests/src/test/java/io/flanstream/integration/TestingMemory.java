package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Memory of a Java process.
 *
 * @param resident bytes in memory
 * @param anonymous those that no file backs
 * @param heap bytes of the Java heap that are in use after a collection
 */
record TestingMemory(long resident, long anonymous, long heap) {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
  private static final Pattern USED = Pattern.compile("(?:heap|generation) .*used (\\d+)K");
  private static final long KIBI = 1024;

  static TestingMemory of(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
    return new TestingMemory(
        bytes(status, "VmRSS:"), bytes(status, "RssAnon:"), heap(jcmd(pid, "GC.heap_info")));
  }

  private static long heap(String info) {
    // One line of G1's, or one of each generation of the serial collector's.
    List<Long> used =
        USED.matcher(info).results().map(found -> Long.parseLong(found.group(1))).toList();
    assertThat(used).as(info).isNotEmpty();
    return KIBI * used.stream().mapToLong(Long::longValue).sum();
  }

  private static long bytes(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> KIBI * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(JCMD.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
