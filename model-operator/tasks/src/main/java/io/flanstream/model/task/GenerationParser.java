package io.flanstream.model.task;

import io.flanstream.model.decode.Beams;
import io.flanstream.model.decode.Sampling;
import io.flanstream.model.decode.Strategy;
import java.util.List;
import java.util.Set;

/** Reads generation tasks. */
final class GenerationParser {
  private static final List<String> SAMPLING = List.of("temperature", "top-k", "top-p", "seed");
  private static final List<String> BEAMS = List.of("length-penalty", "early-stopping");
  private static final Set<String> NAMES = TaskOption.names("generation");
  private static final int DEFAULT_TOP_K = 50;

  private GenerationParser() {}

  static GenerationTask task(TaskMembers members) {
    members.allowOnly(NAMES);
    return new GenerationTask(
        members.requiredText("name"),
        members.requiredText("template"),
        new Decoding(
            members.integer("max-new-tokens").orElse(Decoding.DEFAULT_MAX_NEW_TOKENS),
            members.integer("min-new-tokens").orElse(0),
            members.textOrTexts("stop-strings"),
            members.number("repetition-penalty").orElse(1.0),
            members.integer("no-repeat-ngram-size").orElse(0),
            strategy(members)),
        members.text("answer-after").orElse(null),
        ConditionParser.conditions(members));
  }

  private static Strategy strategy(TaskMembers members) {
    boolean samples = members.bool("do-sample").orElse(false);
    int beams = members.integer("num-beams").orElse(1);
    only(members, SAMPLING, samples, "must be given where do-sample is true alone");
    only(members, BEAMS, beams > 1, "must be given where num-beams is above 1 alone");
    if (beams < 1) {
      members.fault(members.path() + ".num-beams", "must be at least 1", beams);
    }
    if (samples && beams > 1) {
      members.fault(members.path() + ".num-beams", "must be 1 where do-sample is true", beams);
    }
    if (samples) {
      return sampling(members);
    }
    return beams > 1 ? beams(members, beams) : Strategy.GREEDY;
  }

  private static Strategy sampling(TaskMembers members) {
    double temperature = members.number("temperature").orElse(1.0);
    int topK = members.integer("top-k").orElse(DEFAULT_TOP_K);
    double topP = members.number("top-p").orElse(1.0);
    long seed = members.wholeNumber("seed").orElse(0L);
    boolean holds =
        check(members, "temperature", "must be above 0", temperature, temperature > 0)
            & check(members, "top-k", "must be at least 0", topK, topK >= 0)
            & check(members, "top-p", "must be between 0 and 1", topP, topP >= 0 && topP <= 1);
    return holds ? new Sampling(temperature, topK, topP, seed) : Strategy.GREEDY;
  }

  private static Strategy beams(TaskMembers members, int beams) {
    return new Beams(
        beams,
        members.number("length-penalty").orElse(1.0),
        members
            .truthOrWord("early-stopping", Beams.EarlyStopping.class)
            .orElse(Beams.EarlyStopping.FALSE));
  }

  private static boolean check(
      TaskMembers members, String name, String rule, Object value, boolean holds) {
    if (!holds) {
      members.fault(members.path() + "." + name, rule, value);
    }
    return holds;
  }

  private static void only(TaskMembers members, List<String> names, boolean holds, String rule) {
    names.stream()
        .filter(name -> !holds && members.has(name))
        .forEach(name -> members.fault(members.path() + "." + name, rule, "it"));
  }
}
