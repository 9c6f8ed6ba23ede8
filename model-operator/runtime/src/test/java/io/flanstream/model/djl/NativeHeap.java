package io.flanstream.model.djl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What glibc's allocator says of itself: malloc_info(3). */
final class NativeHeap {
  private static final Pattern FIGURE =
      Pattern.compile("<(?:total|system) type=\"(\\w+)\" (?:count=\"\\d+\" )?size=\"(\\d+)\"/>");

  private NativeHeap() {}

  /** Bytes of blocks that are not free, those among them that a thread keeps for its next wish. */
  static long allocated() throws IOException {
    String info = info();
    // After the arenas' own figures come those of all together.
    String all = info.substring(info.lastIndexOf("</heap>"));
    return figure(all, "current") + figure(all, "mmap") - figure(all, "fast") - figure(all, "rest");
  }

  private static long figure(String info, String type) {
    Matcher figures = FIGURE.matcher(info);
    while (figures.find()) {
      if (figures.group(1).equals(type)) {
        return Long.parseLong(figures.group(2));
      }
    }
    throw new AssertionError("no figure of " + type + " in " + info);
  }

  private static String info() throws IOException {
    Path file = Files.createTempFile("malloc", ".xml");
    try {
      Pointer stream = call("fopen").invokePointer(new Object[] {file.toString(), "w"});
      assertThat(call("malloc_info").invokeInt(new Object[] {0, stream})).isZero();
      assertThat(call("fclose").invokeInt(new Object[] {stream})).isZero();
      return Files.readString(file);
    } finally {
      Files.delete(file);
    }
  }

  private static Function call(String name) {
    return Function.getFunction("c", name);
  }
}
