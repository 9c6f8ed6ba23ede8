package io.flanstream.operators.ingest;

import io.flanstream.operators.deadletter.RejectedRecordException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the paths of a form lead to something in the first records that are read. One thread at a
 * time.
 */
public final class FieldMatches {
  /** How many records are looked at. */
  public static final int RECORDS = 100;

  private static final int SHOWN = 12;

  /** What a form without a word about it may lack. */
  private static final Set<String> OPTIONAL =
      Set.of("id", "eventTime", "envelope:id", "envelope:time");

  private final Map<FieldPath, String> unmatched = new LinkedHashMap<>();
  private final Set<String> fields = new TreeSet<>();
  private int records;

  /** Waits for the fields of a form, but for the usual id and event time. */
  public FieldMatches(EventFields form) {
    String text = form.template() == null ? "source.text" : "source.text-template";
    form.textFields().forEach(path -> unmatched.put(path, text));
    await(form.id(), "source.id");
    await(form.eventTime(), "source.event-time");
    form.attributes().forEach(path -> unmatched.putIfAbsent(path, "source.attributes"));
  }

  private void await(FieldPath path, String option) {
    if (!OPTIONAL.contains(path.written())) {
      unmatched.putIfAbsent(path, option);
    }
  }

  /** Whether as many records as are looked at have been. */
  public boolean isComplete() {
    return records >= RECORDS;
  }

  void look(RecordParts parts) {
    if (isComplete()) {
      return;
    }
    records++;
    unmatched.keySet().removeIf(path -> leadsToSomething(path, parts));
    if (fields.size() < SHOWN) {
      fields.addAll(parts.opened().data().fields());
    }
  }

  private static boolean leadsToSomething(FieldPath path, RecordParts parts) {
    try {
      return parts.at(path) != null;
    } catch (RejectedRecordException e) {
      return false;
    }
  }

  /** What is to be said, by the path that leads to nothing; empty where no record was read. */
  public Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    if (records > 0) {
      unmatched.forEach(
          (path, option) ->
              notes.put(
                  path.written(),
                  "%s: \"%s\" is in none of the first %s records, which have %s"
                      .formatted(option, path, records, shown())));
    }
    return notes;
  }

  private String shown() {
    List<String> first = new ArrayList<>(fields.stream().limit(SHOWN).toList());
    if (fields.size() > SHOWN) {
      first.add("…");
    }
    return first.isEmpty() ? "no fields" : String.join(", ", first);
  }
}
