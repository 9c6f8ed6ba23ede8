package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.GenerationConfig;
import io.flanstream.model.GenerationOutput;
import io.flanstream.model.TextModel;
import io.flanstream.model.decode.Sampling;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream model generate}. */
@Command(
    name = "generate",
    description = {
      "Write an answer to each prompt, greedily unless told otherwise.",
      "Reads {\"id\", \"prompt\"}, with a \"seed\" where answers are drawn, and writes {\"id\", \"text\", \"tokenIds\": [...], \"logprob\"}: the"
          + " tokens without the start token, with the end token where it was written, and the"
          + " natural-log probability of exactly those. A line that cannot be answered gives"
          + " {\"line\", \"id\", \"error\"}."
    })
final class ModelGenerateCommand implements Callable<Integer> {
  @Mixin private ModelArguments model;

  @Mixin private GenerationArguments decoding;

  @Mixin private LinesArguments lines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    GenerationConfig how = decoding.read();
    TextModel opened = model.open();
    return lines.answer(line -> generate(opened, how, line));
  }

  /** Answers one line. */
  static CompletableFuture<String> generate(
      TextModel model, GenerationConfig decoding, RequestLine line) {
    return model
        .generate(line.text("prompt"), seeded(decoding, line))
        .thenApply(generation -> json(line, generation));
  }

  private static GenerationConfig seeded(GenerationConfig decoding, RequestLine line) {
    return decoding.strategy() instanceof Sampling sampling
        ? decoding.by(sampling.withSeed(line.number("seed", sampling.seed())))
        : decoding;
  }

  private static String json(RequestLine line, GenerationOutput generation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("id", line.id());
    json.put("text", generation.text());
    ArrayNode ids = json.putArray("tokenIds");
    for (int id : generation.tokenIds()) {
      ids.add(id);
    }
    return json.put("logprob", generation.logprob()).toString();
  }
}
