package io.flanstream.jobs.eval;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.jobs.terminal.TextFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts with the right answers in a file, a JSON object a line. */
public final class LabelledFile {
  private LabelledFile() {}

  /**
   * Reads a file.
   *
   * @param path the file
   * @param pipeline whose tasks its answers are for, and whose source its lines stand for
   * @param form how they do
   * @param unit what offsets count
   * @throws CommandException if lines are wrong, with the number of each and what is wrong
   */
  public static LabelledTexts read(Path path, Pipeline pipeline, LineForm form, OffsetUnit unit)
      throws IOException {
    return read(path, LabelledReader.of(pipeline, form, unit));
  }

  /**
   * Reads a file whose texts may lack the right answers.
   *
   * @param path the file
   * @param pipeline whose tasks its answers are for, and whose source its lines stand for
   * @param form how they do
   * @param unit what offsets count
   * @throws CommandException if lines are wrong, with the number of each and what is wrong
   */
  public static LabelledTexts readSample(
      Path path, Pipeline pipeline, LineForm form, OffsetUnit unit) throws IOException {
    return read(path, LabelledReader.ofSample(pipeline, form, unit));
  }

  private static LabelledTexts read(Path path, LabelledReader reader) throws IOException {
    // Not readAllLines: a line may hold other characters that end lines.
    String[] lines = content(path).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isBlank()) {
        reader.read("line " + (i + 1), lines[i]);
      }
    }
    return reader.texts(path, path.getFileName().toString());
  }

  private static String content(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new CommandException("Cannot read labelled lines: %s is not a file".formatted(path));
    }
    try {
      return TextFile.read(path);
    } catch (MalformedInputException e) {
      throw new CommandException("Cannot read labelled lines: %s must be UTF-8".formatted(path), e);
    }
  }
}
