package io.flanstream.model.pickle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of PyTorch; {@code src/dev/python/golden/make_pickled.py} makes them. */
public final class PickledFiles {
  public static final Path GOLDEN =
      Path.of(
          System.getProperty("flanstream.root"),
          "model-operator/runtime/src/test/resources/golden/pickled");
  public static final Path FORMS = GOLDEN.resolve("forms");
  public static final Path REFUSED = GOLDEN.resolve("refused");

  private PickledFiles() {}

  /** Files whose name ends in .bin, sorted. */
  public static List<Path> in(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.filter(path -> path.toString().endsWith(".bin")).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
