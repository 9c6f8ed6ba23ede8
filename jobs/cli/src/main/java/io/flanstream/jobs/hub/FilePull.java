package io.flanstream.jobs.hub;

import io.flanstream.jobs.terminal.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Pulls one file of a commit: from where it was cut, until it is whole and sound. */
final class FilePull {
  private static final int BUFFER = 1 << 18;

  private final HubHttp http;
  private final RetryPolicy policy;
  private final PullListener listener;
  private final HubModel model;
  private final String commit;

  FilePull(HubHttp http, RetryPolicy policy, PullListener listener, HubModel model, String commit) {
    this.http = http;
    this.policy = policy;
    this.listener = listener;
    this.model = model;
    this.commit = commit;
  }

  /**
   * Pulls a file.
   *
   * @param directory where to
   * @param file what
   * @throws CommandException if it cannot be had, or its bytes are not what the hub lists
   */
  void pull(Path directory, HubFile file) throws IOException, InterruptedException {
    try (PartFile part = PartFile.open(directory, file)) {
      listener.kept(part.position());
      boolean inPieces = part.position() > 0;
      inPieces |= fill(part);
      Checksum checksum = part.checksum();
      if (!checksum.equals(file.checksum()) && inPieces) {
        // The pieces may be of two files: whole, it may be right.
        restart(part);
        fill(part);
        checksum = part.checksum();
      }
      if (!checksum.equals(file.checksum())) {
        restart(part);
        throw new CommandException(
            "Cannot %s: it must have %s, got %s".formatted(what(file), file.checksum(), checksum));
      }
      part.keep();
    }
  }

  /** Whether it took more than one answer. */
  private boolean fill(PartFile part) throws InterruptedException {
    Retries retries = new Retries(policy, what(part.file()));
    int answers = 0;
    long furthest = part.position();
    while (part.missing() > 0) {
      try {
        request(part);
      } catch (IOException e) {
        if (part.position() > furthest) {
          furthest = part.position();
          retries.progressed();
        }
        retries.await(e);
      }
      answers++;
    }
    return answers > 1;
  }

  private void request(PartFile part) throws IOException, InterruptedException {
    HubFile file = part.file();
    try (HubResponse response =
        http.get(http.endpoint().file(model, commit, file.name()), part.position())) {
      if (response.status() == HubResponse.NOT_SATISFIABLE && part.position() > 0) {
        restart(part);
        return;
      }
      if (response.status() != HubResponse.OK && response.status() != HubResponse.PARTIAL) {
        throw response.failure(what(file));
      }
      checkEtag(file, response);
      begin(part, response);
      copy(response.body(), part);
    }
  }

  /** The hub's own word on a large file, long before its last byte. */
  private void checkEtag(HubFile file, HubResponse response) {
    String etag = response.linkedEtag().orElse("").replaceAll("^(W/)?\"|\"$", "");
    Checksum offered = new Checksum(file.checksum().kind(), etag);
    if (offered.isWellFormed() && !offered.equals(file.checksum())) {
      throw new CommandException(
          "Cannot %s: it must have %s, the hub offers %s"
              .formatted(what(file), file.checksum(), offered));
    }
  }

  /** A server that knows no ranges sends the file from its start. */
  private void begin(PartFile part, HubResponse response) throws IOException {
    OptionalLong start = response.start();
    if (start.isEmpty() || (start.getAsLong() != part.position() && start.getAsLong() > 0)) {
      throw new IOException(
          "%s must send bytes from %s, got Content-Range: %s"
              .formatted(
                  HubResponse.place(response.from()),
                  part.position(),
                  response.headers().firstValue("Content-Range").orElse("")));
    }
    if (start.getAsLong() < part.position()) {
      restart(part);
    }
  }

  private void copy(InputStream body, PartFile part) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      if (read > part.missing()) {
        restart(part);
        throw new IOException(
            "%s must have %s bytes, more came".formatted(part.file().name(), part.file().size()));
      }
      part.append(buffer, read);
      listener.received(read);
    }
    if (part.missing() > 0) {
      throw new IOException(
          "the connection ended after %s of %s bytes"
              .formatted(part.position(), part.file().size()));
    }
  }

  private void restart(PartFile part) {
    listener.dropped(part.position());
    part.restart();
  }

  private String what(HubFile file) {
    return "pull %s of %s".formatted(file.name(), model);
  }
}
