package io.flanstream.model.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CrashReportsTest {
  private static final int ROUNDS = 300;
  private static final int SUBTASKS = 4;

  @TempDir private Path directory;

  /** All subtasks of a job that restarts look at the same moment. */
  @Test
  void whoLooksAtOnceSeesTheSame() throws ExecutionException, IOException, InterruptedException {
    ExecutorService subtasks = Executors.newFixedThreadPool(SUBTASKS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        String event = "event " + round;
        byte[] name = event.getBytes(UTF_8);
        ByteBuffer slot = ByteBuffer.allocate(3 + name.length);
        slot.put((byte) 1).putShort((short) name.length).put(name);
        Files.write(directory.resolve(round + "-dead" + JournalFile.SUFFIX), slot.array());
        Callable<Set<String>> look = this::suspects;
        for (Future<Set<String>> seen : subtasks.invokeAll(List.of(look, look, look, look))) {
          assertThat(seen.get()).contains(event);
        }
      }
    } finally {
      subtasks.shutdownNow();
    }
  }

  private Set<String> suspects() {
    try {
      return CrashReports.read(directory).keySet();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
