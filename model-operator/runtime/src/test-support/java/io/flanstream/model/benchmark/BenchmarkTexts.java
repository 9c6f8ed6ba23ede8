package io.flanstream.model.benchmark;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The demo's model, and texts and labels such as it is asked about. */
final class BenchmarkTexts {
  private static final List<String> WORDS =
      List.of(
          ("please where is my card the rate of exchange for a table at eight tomorrow play some"
                  + " music by anna and change pin lost stolen on monday fees why was i charged"
                  + " twice in berlin 300 dollars")
              .split(" "));

  private BenchmarkTexts() {}

  static TextModel model() {
    String root = System.getProperty("flanstream.root", "..");
    return TextModels.open(ModelSettings.of(Path.of(root, "deploy/models/flan-mini")));
  }

  /** Texts of so many words, the same each time. */
  static List<String> texts(int count, int words) {
    Random random = new Random(7);
    return IntStream.range(0, count).mapToObj(i -> text(random, words)).toList();
  }

  /** As many labels as asked for, of one to four words, all different. */
  static List<String> labels(int count) {
    Random random = new Random(11);
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> text(random, 1 + i % 4))
        .distinct()
        .limit(count)
        .toList();
  }

  private static String text(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
        .collect(Collectors.joining(" "));
  }
}
