package io.flanstream.model.pickle;

import java.nio.file.Path;
import java.util.List;

/**
 * The tensors of one file that {@code torch.save} has written, in the file's order; their numbers
 * stay on the disk.
 *
 * @param file the file
 * @param tensors the tensors, each name once
 */
public record StateDict(Path file, List<PickledTensor> tensors) {

  /** Keeps the tensors. */
  public StateDict {
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads a file, without its numbers. Nothing in it is run: see the package's description.
   *
   * @param file a zip archive, or the stream of pickles that PyTorch wrote before 1.6
   * @return its tensors, each of which lies in the file
   * @throws PickleException if the file is not there, cut off or malformed, or its pickle names or
   *     does anything but what the weights of a model need
   */
  public static StateDict read(Path file) {
    return new StateDictFile(file).read();
  }
}
