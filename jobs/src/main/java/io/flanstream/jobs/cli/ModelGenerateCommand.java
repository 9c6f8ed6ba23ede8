package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.model.Decoding;
import io.flanstream.model.Generation;
import io.flanstream.model.TextModel;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flanstream model generate}. */
@Command(
    name = "generate",
    description = {
      "Write an answer to each prompt, greedily.",
      "Reads {\"id\", \"prompt\"} and writes {\"id\", \"text\", \"tokenIds\": [...], \"logprob\"}: the"
          + " tokens without the start token, with the end token where it was written, and the"
          + " natural-log probability of exactly those. A line that cannot be answered gives"
          + " {\"line\", \"id\", \"error\"}."
    })
final class ModelGenerateCommand implements Callable<Integer> {
  @Mixin private ModelArguments model;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "The most tokens of an answer, end token included (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Mixin private LinesArguments lines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (maxNewTokens < 1) {
      throw CommandException.usage(
          "Cannot generate: --max-new-tokens must be at least 1, got " + maxNewTokens);
    }
    Decoding decoding = Decoding.free(maxNewTokens);
    TextModel opened = model.open();
    return lines.answer(line -> generate(opened, decoding, line));
  }

  /** Answers one line. */
  static CompletableFuture<String> generate(TextModel model, Decoding decoding, RequestLine line) {
    return model
        .generate(line.text("prompt"), decoding)
        .thenApply(generation -> json(line, generation));
  }

  private static String json(RequestLine line, Generation generation) {
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
