package io.flanstream.model.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one process leaves, the next finds. Those that end are processes of their own. */
@Timeout(600)
class CrashJournalTest {
  private static final int SIGTERM = 128 + 15;

  @TempDir private Path directory;

  @Test
  void whatWasInFlightAtACrashIsTriedAlone() throws IOException, InterruptedException {
    crash("done:a", "b", "c");
    List<String> asked = new ArrayList<>();
    try (CrashJournal journal = open()) {
      CompletableFuture<String> pending = new CompletableFuture<>();
      var other = journal.run("other", () -> asked("other", asked, pending));
      CompletableFuture<String> suspect = journal.run("b", () -> asked("b", asked, done()));
      CompletableFuture<String> behind = journal.run("d", () -> asked("d", asked, done()));
      CompletableFuture<String> innocent = journal.run("a", () -> asked("a", asked, done()));
      assertThat(asked).containsExactly("other");

      pending.complete("");

      CompletableFuture.allOf(other, suspect, behind, innocent).join();
      assertThat(asked).startsWith("other", "b").containsExactlyInAnyOrder("other", "b", "d", "a");
    }
  }

  @Test
  void whatIsAloneAtTheSecondCrashIsNotTriedAgain() throws IOException, InterruptedException {
    crash("b", "c");
    crash("c");

    try (CrashJournal journal = open()) {
      assertThatThrownBy(() -> journal.run("c", () -> done()).join())
          .hasCauseInstanceOf(CrashedException.class)
          .hasMessageContaining("ended 2 times while the model had it, once with it alone");
      assertThat(journal.run("b", () -> done())).isCompleted();
    }
  }

  /** Twice in company proves nothing: another may have been there both times. */
  @Test
  void whatWasNeverAloneIsTriedAgain() throws IOException, InterruptedException {
    crash("b", "c");
    crash("d", "b");

    try (CrashJournal journal = open()) {
      assertThat(journal.run("b", () -> done())).isCompleted();
    }
  }

  @Test
  void oneCrashOfAProcessWithOneInFlightProvesNothing() throws IOException, InterruptedException {
    crash("b");
    try (CrashJournal journal = open()) {
      assertThat(journal.run("b", () -> done())).isCompleted();
    }
  }

  /** A fatal error that somebody caught, and the process exits. */
  @Test
  void whoExitsByItselfWithWorkInFlightHasCrashed() throws IOException, InterruptedException {
    assertThat(start("exit", "b").waitFor()).isEqualTo(0);
    try (CrashJournal journal = open()) {
      CompletableFuture<String> first = new CompletableFuture<>();
      var unusedFirst = journal.run("x", () -> first);
      assertThat(journal.run("b", () -> done())).as("alone").isNotDone();
    }
  }

  @Test
  void aProcessThatLivesOrIsToldToEndLeavesNoSuspects() throws IOException, InterruptedException {
    try (CrashJournal living = open()) {
      var unusedLiving = living.run("living", CompletableFuture::new);
      Process process = start("wait", "b");
      awaitWaiting(process);
      // The process's own destroy() would close its input, too, and it would end by that.
      assertThat(process.toHandle().destroy()).isTrue();
      assertThat(process.waitFor()).isEqualTo(SIGTERM);
      try (CrashJournal journal = open()) {
        CompletableFuture<String> first = new CompletableFuture<>();
        var unusedFirst = journal.run("x", () -> first);
        assertThat(journal.run("living", () -> done())).as("in company").isCompleted();
        assertThat(journal.run("b", () -> done())).as("in company").isCompleted();
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  /** The lock tells: the kernel gives it back, however the process ends. */
  @Test
  void aProcessThatIsKilledIsNoticedWhenItHasEnded() throws IOException, InterruptedException {
    Process process = start("wait", "b");
    awaitWaiting(process);
    try (CrashJournal journal = open()) {
      CompletableFuture<String> pending = new CompletableFuture<>();
      var unusedOther = journal.run("other", () -> pending);
      journal.refresh();
      assertThat(journal.run("b", () -> done())).as("in company").isCompleted();

      process.destroyForcibly().waitFor();
      journal.refresh();

      CompletableFuture<String> suspect = journal.run("b", () -> done());
      assertThat(suspect).as("alone").isNotDone();
      pending.complete("");
      suspect.join();
    }
  }

  @Test
  void whatIsCancelledBeforeItsTurnIsNotAsked() throws IOException, InterruptedException {
    crash("b");
    List<String> asked = new ArrayList<>();
    try (CrashJournal journal = open()) {
      CompletableFuture<String> pending = new CompletableFuture<>();
      var unusedOther = journal.run("other", () -> pending);
      journal.run("b", () -> asked("b", asked, done())).cancel(false);
      CompletableFuture<String> behind = journal.run("c", () -> asked("c", asked, done()));
      pending.complete("");

      behind.join();
      assertThat(asked).containsExactly("c");
    }
  }

  @Test
  void cancellingTheAnswerCancelsTheWork() {
    try (CrashJournal journal = open()) {
      CompletableFuture<String> work = new CompletableFuture<>();
      journal.run("a", () -> work).cancel(false);
      assertThat(work).isCancelled();
    }
  }

  @Test
  void aReportIsKeptForAMonth() throws IOException, InterruptedException {
    crash("b");
    crash("b");
    open().close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path report : files.toList()) {
        Files.setLastModifiedTime(report, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
      }
    }
    open().close();
    assertThat(directory).isEmptyDirectory();
  }

  /** A name that is too long keeps what tells it from others. */
  @Test
  void namesMayBeLong() throws IOException, InterruptedException {
    String name = "x".repeat(700);
    crash(name + "-1", name + "-2");
    crash(name + "-2");
    try (CrashJournal journal = open()) {
      assertThat(journal.run(name + "-1", () -> done())).isCompleted();
      assertThat(journal.run(name + "-2", () -> done())).isCompletedExceptionally();
    }
  }

  @Test
  void saysThatTheDirectoryCannotBe() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatIllegalStateException()
        .isThrownBy(() -> CrashJournal.open(file))
        .withMessageStartingWith("Cannot open crash journal: " + file + " must be a directory");
  }

  private CrashJournal open() {
    CrashJournal journal = CrashJournal.open(directory);
    journal.refresh();
    return journal;
  }

  private static CompletableFuture<String> done() {
    return CompletableFuture.completedFuture("");
  }

  private static CompletableFuture<String> asked(
      String name, List<String> asked, CompletableFuture<String> answer) {
    synchronized (asked) {
      asked.add(name);
    }
    return answer;
  }

  /** A process that ends at once with these in flight, as if it were killed. */
  private void crash(String... keys) throws IOException, InterruptedException {
    assertThat(start("halt", keys).waitFor()).isEqualTo(CrashingProcess.HALTED);
  }

  private static void awaitWaiting(Process process) throws IOException {
    assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("waiting");
  }

  private Process start(String end, String... keys) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashingProcess.class.getName(),
                directory.toString(),
                end));
    command.addAll(List.of(keys));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
