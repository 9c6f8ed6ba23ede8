package io.flanstream.jobs.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One message to send, well formed or not.
 *
 * @param key its key, which every line has whatever is in it: {@code m-0001} for the first
 * @param value the line
 */
record Message(String key, String value) {

  static List<Message> read(Path file) throws IOException {
    List<Message> messages = new ArrayList<>();
    // Not readAllLines: a line may hold other characters that end lines.
    for (String line : Files.readString(file).split("\n")) {
      messages.add(new Message(key(messages.size() + 1), line));
    }
    return messages;
  }

  static String key(int line) {
    return String.format(Locale.ROOT, "m-%04d", line);
  }

  byte[] keyBytes() {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  byte[] valueBytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
