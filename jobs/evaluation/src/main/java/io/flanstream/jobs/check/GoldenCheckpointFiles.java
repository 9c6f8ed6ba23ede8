package io.flanstream.jobs.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Small random checkpoints that ship with the command, and what Hugging Face answers on them in
 * float32 and bfloat16; made by {@code src/dev/python/golden/make_golden.py} of the runtime.
 */
final class GoldenCheckpointFiles {
  /** T5 v1.0, v1.1 and UL2. */
  static final List<String> NAMES = List.of("t5-v1_0", "t5-v1_1", "ul2");

  private static final String SHARDED = "ul2";
  private static final String ROOT = "/io/flanstream/jobs/check/golden/";
  private static final List<String> FILES = List.of("config.json", "tokenizer.json");
  private static final List<String> WEIGHTS = List.of("model.safetensors");
  private static final List<String> SHARDS =
      List.of(
          "model.safetensors.index.json",
          "model-00001-of-00003.safetensors",
          "model-00002-of-00003.safetensors",
          "model-00003-of-00003.safetensors");

  private GoldenCheckpointFiles() {}

  /** Writes a checkpoint to a directory, so that its weights can be mapped. */
  static Path write(String name, Path parent) throws IOException {
    Path directory = Files.createDirectory(parent.resolve(name));
    for (List<String> files : List.of(FILES, name.equals(SHARDED) ? SHARDS : WEIGHTS)) {
      for (String file : files) {
        try (InputStream stored = stored(name, file)) {
          Files.copy(stored, directory.resolve(file));
        }
      }
    }
    return directory;
  }

  /** What Hugging Face answers on a checkpoint. */
  static Expected expected(String name) throws IOException {
    try (InputStream stored = stored(name, "expected.json")) {
      return new ObjectMapper().readValue(stored, Expected.class);
    }
  }

  private static InputStream stored(String name, String file) throws IOException {
    InputStream stored = GoldenCheckpointFiles.class.getResourceAsStream(ROOT + name + "/" + file);
    if (stored == null) {
      throw new FileNotFoundException("The command's jar has no " + ROOT + name + "/" + file);
    }
    return stored;
  }

  /**
   * The answers.
   *
   * @param tool what they were made with
   * @param scores log-probabilities of choices
   * @param generations greedy generations
   */
  record Expected(String tool, List<Scored> scores, List<Generated> generations) {}

  /** Log-probabilities of choices after a prompt. */
  record Scored(
      String prompt,
      List<String> choices,
      List<Integer> tokenIds,
      List<Double> logprobs,
      List<Double> bfloat16Logprobs) {}

  /** A greedy generation. */
  record Generated(
      String prompt, int maxNewTokens, List<Integer> tokenIds, List<Double> logprobs) {}
}
