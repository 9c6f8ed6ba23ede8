package io.flanstream.benchmark;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.flink.ModelProvider;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A checkpoint's tokenizer, and the whole runtime, over an {@link InstantDevice}. */
record InstantModel(String directory) implements ModelProvider {
  private static final String SEPARATOR = "\u2581;";

  @Override
  public Object key() {
    return directory;
  }

  @Override
  public TextModel open() {
    return TextModels.open(
        ModelSettings.of(Path.of(directory)),
        (checkpoint, vocabulary) -> {
          Set<Integer> preferred =
              IntStream.range(0, vocabulary.size())
                  .filter(id -> vocabulary.piece(id).equals(SEPARATOR))
                  .boxed()
                  .collect(Collectors.toSet());
          preferred.add(vocabulary.endId());
          return new InstantDevice(preferred);
        });
  }
}
