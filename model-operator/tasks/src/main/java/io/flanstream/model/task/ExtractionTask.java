package io.flanstream.model.task;

import java.util.List;

/**
 * Finds values in the text.
 *
 * @param name name of the task in the results
 * @param fields what is looked for
 * @param fieldsAtOnce whether one prompt asks for all fields, or each has its own
 * @param threshold the least score of a value; one below it counts as absent, 0 to 1
 * @param template prompt template in place of the usual one; null where none is given
 * @param examples texts with their values, which the prompts show
 * @param when what must hold of a record for the task to be asked
 */
public record ExtractionTask(
    String name,
    List<Field> fields,
    boolean fieldsAtOnce,
    double threshold,
    String template,
    List<FieldExample> examples,
    List<Condition> when)
    implements TaskDefinition {

  /** Copies the fields and the examples. */
  public ExtractionTask {
    fields = List.copyOf(fields);
    examples = List.copyOf(examples);
    when = List.copyOf(when);
  }

  @Override
  public int prompts() {
    return fieldsAtOnce ? 1 : fields.size();
  }

  /** A task that is asked of every text. */
  public ExtractionTask(
      String name,
      List<Field> fields,
      boolean fieldsAtOnce,
      double threshold,
      String template,
      List<FieldExample> examples) {
    this(name, fields, fieldsAtOnce, threshold, template, examples, List.of());
  }

  /** A task without examples. */
  public ExtractionTask(
      String name, List<Field> fields, boolean fieldsAtOnce, double threshold, String template) {
    this(name, fields, fieldsAtOnce, threshold, template, List.of());
  }

  /** A task that takes every value found, all else as usual. */
  public static ExtractionTask of(String name, List<Field> fields, boolean fieldsAtOnce) {
    return new ExtractionTask(name, fields, fieldsAtOnce, 0, null);
  }
}
