package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.ChoiceScores;
import io.flanstream.model.TextModel;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flanstream model score}. */
@Command(
    name = "score",
    description = {
      "Score a closed set of answers to each prompt.",
      "Reads {\"id\", \"prompt\", \"choices\": [...]} and writes {\"id\", \"logprobs\": [...]}: the"
          + " natural-log probability of each choice, end token included, in their order. A line"
          + " that cannot be answered gives {\"line\", \"id\", \"error\"}."
    })
final class ModelScoreCommand implements Callable<Integer> {
  @Mixin private ModelArguments model;
  @Mixin private LinesArguments lines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    TextModel opened = model.open();
    ChoiceSets sets = new ChoiceSets(opened);
    return lines.answer(line -> score(opened, sets, line));
  }

  /** Answers one line. */
  static CompletableFuture<String> score(TextModel model, ChoiceSets sets, RequestLine line) {
    return model
        .score(line.text("prompt"), sets.get(line.texts("choices")))
        .thenApply(scores -> json(line, scores));
  }

  private static String json(RequestLine line, ChoiceScores scores) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("id", line.id());
    ArrayNode logprobs = json.putArray("logprobs");
    for (double logprob : scores.logprobs()) {
      logprobs.add(logprob);
    }
    return json.toString();
  }
}
