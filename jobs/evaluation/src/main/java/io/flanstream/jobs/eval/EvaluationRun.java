package io.flanstream.jobs.eval;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.operators.serialize.PlainJson;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** An evaluation with what it was made from. */
public final class EvaluationRun {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Evaluation evaluation;
  private final List<Answer> answers;

  EvaluationRun(Evaluation evaluation, List<Answer> answers) {
    this.evaluation = evaluation;
    this.answers = answers;
  }

  /** The figures. */
  public Evaluation evaluation() {
    return evaluation;
  }

  /** Writes what the job made of each text, a line each, in the order of the file. */
  public void writePredictions(Writer out) throws IOException {
    for (Answer answer : answers) {
      out.write(line(answer) + "\n");
    }
  }

  private static String line(Answer answer) {
    if (answer.event() != null) {
      return PlainJson.text(answer.event());
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("place", answer.text().place()).put("id", answer.text().id());
    json.putObject("error")
        .put("code", answer.failure().code())
        .put("message", answer.failure().message());
    return json.toString();
  }
}
