package io.flanstream.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flanstream.model.batch.Request;
import io.flanstream.model.batch.Scheduler;
import io.flanstream.model.batch.SequenceOutput;
import io.flanstream.model.batch.Share;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.LogitsProcessors;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.Strategy;
import io.flanstream.model.device.Device;
import io.flanstream.model.djl.TestingModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * What Hugging Face writes on a golden checkpoint by each way of decoding; made by {@code
 * src/dev/python/golden/make_decoding.py}.
 */
public record GoldenDecoding(GoldenCheckpoint checkpoint, List<Text> texts, List<Draws> samplings) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static GoldenDecoding of(String name) {
    GoldenCheckpoint checkpoint = GoldenCheckpoint.of(name);
    try {
      Expected expected =
          MAPPER.readValue(
              checkpoint.directory().resolve("decoding.json").toFile(), Expected.class);
      return new GoldenDecoding(checkpoint, expected.texts, expected.samplings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TextModel open(int batch) {
    return TextModels.open(checkpoint.settings(batch, ModelSettings.DataType.FLOAT32));
  }

  /** The checkpoint on a device, with the program's branch for the CPU or that for CUDA. */
  Device device(boolean cuda) {
    return TestingModels.device(Checkpoint.open(checkpoint.directory()), cuda);
  }

  /** How many texts differ from Hugging Face's in a token. */
  public long different(Device device) {
    List<CompletableFuture<SequenceOutput>> answers = write(device);
    return IntStream.range(0, answers.size())
        .filter(i -> !Arrays.equals(answers.get(i).join().tokens(), texts.get(i).ids()))
        .count();
  }

  /** Writes all texts at once, so that rows of every kind share batches. */
  List<CompletableFuture<SequenceOutput>> write(Device device) {
    try (TextModel model = open(1);
        Scheduler scheduler =
            new Scheduler(
                device,
                checkpoint.settings(64, ModelSettings.DataType.FLOAT32).batch(),
                "golden")) {
      List<CompletableFuture<SequenceOutput>> answers =
          texts.stream().map(text -> scheduler.submit(Share.DEFAULT, text.request(model))).toList();
      answers.forEach(answer -> answer.exceptionally(failure -> null).join());
      return answers;
    }
  }

  /** From the fields of Hugging Face's GenerationConfig. */
  private static GenerationConfig decoding(Map<String, Object> options) {
    Number beams = (Number) options.getOrDefault("num_beams", 1);
    Strategy strategy = Strategy.GREEDY;
    if (Boolean.TRUE.equals(options.get("do_sample"))) {
      strategy =
          new Sampling(
              number(options, "temperature", 1.0).doubleValue(),
              number(options, "top_k", 50).intValue(),
              number(options, "top_p", 1.0).doubleValue(),
              number(options, "seed", 0).longValue());
    } else if (beams.intValue() > 1) {
      Object ending = options.getOrDefault("early_stopping", "false");
      strategy =
          new Beams(
              beams.intValue(),
              number(options, "length_penalty", 1.0).doubleValue(),
              Beams.EarlyStopping.valueOf(ending.toString().toUpperCase(Locale.ROOT)));
    }
    return GenerationConfig.free(number(options, "max_new_tokens", 128).intValue())
        .with(
            new LogitsProcessors(
                number(options, "repetition_penalty", 1.0).doubleValue(),
                number(options, "no_repeat_ngram_size", 0).intValue(),
                number(options, "min_new_tokens", 0).intValue()))
        .stoppingAt(strings(options.getOrDefault("stop_strings", List.of())))
        .by(strategy);
  }

  private static Number number(Map<String, Object> options, String name, Number otherwise) {
    return (Number) options.getOrDefault(name, otherwise);
  }

  private static List<String> strings(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of(value.toString());
  }

  /** The file. */
  record Expected(String tool, List<Text> texts, List<Draws> samplings) {}

  /** A text; the score is that of a beam search. */
  public record Text(
      String prompt,
      Map<String, Object> options,
      int endId,
      List<Integer> tokenIds,
      List<Double> logprobs,
      double score) {

    /** Of the token that ends this text, which is not always the model's. */
    Request<SequenceOutput> request(TextModel model) {
      int[] ids = model.tokenizer().ids(prompt);
      int[] ended = Arrays.copyOf(ids, ids.length + 1);
      ended[ids.length] = model.vocabulary().endId();
      return Request.generate(ended, decoding().writing(model.vocabulary(), 0, List.of(endId)));
    }

    GenerationConfig decoding() {
      return GoldenDecoding.decoding(options);
    }

    int[] ids() {
      return tokenIds.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** What the first token is drawn from, and the second one after a certain first. */
  public record Draws(
      String prompt,
      Map<String, Object> options,
      Distribution first,
      int prefix,
      Distribution second) {

    GenerationConfig decoding(long seed) {
      Map<String, Object> all = new HashMap<>(options);
      all.putAll(Map.of("do_sample", true, "max_new_tokens", 2, "seed", seed));
      return GoldenDecoding.decoding(all);
    }
  }

  /** Tokens that may be drawn, with their log-probabilities. */
  public record Distribution(List<Integer> tokenIds, List<Double> logprobs) {}
}
