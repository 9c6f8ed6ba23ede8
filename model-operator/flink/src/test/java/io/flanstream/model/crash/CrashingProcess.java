package io.flanstream.model.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * Begins some events, alone where it knows of one as a suspect, and ends: {@code halt} or {@code
 * exit}, or {@code wait} until it is killed.
 */
final class CrashingProcess {
  static final int HALTED = 134;

  private CrashingProcess() {}

  /** Takes the journal's directory, how to end, and events; {@code done:} before one ends it. */
  public static void main(String[] arguments) throws IOException {
    CrashJournal journal = CrashJournal.open(Path.of(arguments[0]));
    journal.refresh();
    for (int i = 2; i < arguments.length; i++) {
      String key = arguments[i];
      CompletableFuture<String> answer = new CompletableFuture<>();
      var unused = journal.run(key.replace("done:", ""), () -> answer);
      if (key.startsWith("done:")) {
        answer.complete("");
      }
    }
    if (arguments[1].equals("wait")) {
      System.out.println("waiting");
      System.out.flush();
      while (System.in.read() >= 0) {}
    }
    if (arguments[1].equals("halt")) {
      Runtime.getRuntime().halt(HALTED);
    }
    System.exit(0);
  }
}
