package io.flanstream.model.task;

import java.util.List;

/**
 * Masks values in the text before any other task sees it.
 *
 * @param name name of the task in the results
 * @param fields what the model looks for, each with any number of values
 * @param forms what is looked for by its form
 * @param threshold the least score of a value that the model finds, 0 to 1
 * @param template prompt template in place of the usual one; null where none is given
 */
public record MaskingTask(
    String name, List<Field> fields, List<CheckedForm> forms, double threshold, String template)
    implements TaskDefinition {

  /** Copies the lists. */
  public MaskingTask {
    fields = List.copyOf(fields);
    forms = List.copyOf(forms);
  }

  /** Every text is masked. */
  @Override
  public List<Condition> when() {
    return List.of();
  }

  @Override
  public int prompts() {
    return fields.size();
  }

  /** The task that finds what the model looks for. */
  ExtractionTask finding() {
    return new ExtractionTask(name, fields, false, threshold, template);
  }
}
