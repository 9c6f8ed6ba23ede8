package io.flanstream.jobs.demo;

import io.flanstream.jobs.demo.Results.Keyed;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether every message came out exactly once, where it should.
 *
 * @param violations what is wrong; empty where all is well
 */
record Verification(List<String> violations) {
  private static final int SHOWN = 5;

  static Verification of(List<Message> sent, Map<String, Expected> expected, Results results) {
    List<String> violations = new ArrayList<>();
    List<String> enriched = results.enriched().stream().map(Keyed::key).toList();
    List<String> dead = results.deadLetters().stream().map(Keyed::key).toList();
    Set<String> sentKeys = sent.stream().map(Message::key).collect(Collectors.toSet());
    Set<String> came = new HashSet<>(enriched);
    came.addAll(dead);

    add(violations, "twice in enriched", repeated(enriched));
    add(violations, "twice in the dead letters", repeated(dead));
    add(violations, "in enriched and in the dead letters", common(enriched, dead));
    add(violations, "sent and nowhere", minus(sentKeys, came));
    add(violations, "never sent", minus(came, sentKeys));
    add(violations, "enriched under another id", renamed(results.enriched()));

    Map<String, String> wanted = wanted(expected);
    Map<String, String> got = got(results.deadLetters());
    add(violations, "malformed and no dead letter", minus(wanted.keySet(), got.keySet()));
    add(violations, "well formed and a dead letter", minus(got.keySet(), wanted.keySet()));
    got.forEach(
        (key, reason) -> {
          if (!reason.equals(wanted.getOrDefault(key, reason))) {
            violations.add(
                "%s is a dead letter for %s, expected %s".formatted(key, reason, wanted.get(key)));
          }
        });
    return new Verification(List.copyOf(violations));
  }

  boolean holds() {
    return violations.isEmpty();
  }

  private static void add(List<String> violations, String what, Collection<String> keys) {
    if (!keys.isEmpty()) {
      String more = keys.size() > SHOWN ? ", …" : "";
      violations.add(
          "%s %s: %s%s"
              .formatted(
                  keys.size(),
                  what,
                  keys.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                  more));
    }
  }

  private static Set<String> repeated(List<String> keys) {
    Set<String> seen = new HashSet<>();
    return keys.stream()
        .filter(key -> !seen.add(key))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> common(List<String> some, List<String> others) {
    Set<String> common = new TreeSet<>(some);
    common.retainAll(new HashSet<>(others));
    return common;
  }

  private static Set<String> minus(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private static Set<String> renamed(List<Keyed<EnrichedEvent>> enriched) {
    return enriched.stream()
        .filter(event -> !event.key().equals(event.value().getId()))
        .map(Keyed::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, String> wanted(Map<String, Expected> expected) {
    Map<String, String> wanted = new TreeMap<>();
    expected.forEach(
        (key, answer) -> {
          if (answer.deadLetter() != null) {
            wanted.put(key, answer.deadLetter());
          }
        });
    return wanted;
  }

  private static Map<String, String> got(List<Keyed<DeadLetter>> deadLetters) {
    Map<String, String> got = new TreeMap<>();
    deadLetters.forEach(
        letter ->
            got.put(letter.key(), letter.value().getStage() + " " + letter.value().getCode()));
    return got;
  }
}
