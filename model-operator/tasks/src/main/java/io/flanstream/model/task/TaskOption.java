package io.flanstream.model.task;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A key of a task, or of what a task lists. What the parser takes and what the page of task options
 * says are these.
 *
 * @param of what it is a key of: a type of task, or label, field, label-example, field-example,
 *     condition
 * @param name the key
 * @param type what its values are
 * @param otherwise what it is where it is left out; empty where it is required or may be missing
 * @param description what it does
 */
public record TaskOption(
    String of, String name, String type, String otherwise, String description) {
  private static final String CLASSIFICATION = "classification";
  private static final String EXTRACTION = "extraction";
  private static final String GENERATION = "generation";
  private static final String MASKING = "masking";
  private static final String LABEL = "label";
  private static final String FIELD = "field";
  private static final String LABEL_EXAMPLE = "label-example";
  private static final String FIELD_EXAMPLE = "field-example";
  private static final String CONDITION = "condition";
  private static final String CALIBRATION = "calibration";

  private static final String NAMED =
      "Name of the task in results and columns; required, unique within the pipeline.";
  private static final String WHEN =
      "Of which events the task is asked; of several conditions all must hold. Of the others it has the status SKIPPED.";

  /** All of them, those of one thing together: a table, whose rows are alike. */
  public static final List<TaskOption> ALL =
      Stream.of(
              Stream.of(
                  new TaskOption(CLASSIFICATION, "name", "text", "", NAMED),
                  new TaskOption(CLASSIFICATION, "type", "classification", "", "Required."),
                  new TaskOption(
                      CLASSIFICATION,
                      "labels",
                      "list of labels",
                      "",
                      "The answers to choose from, each a name or an object; required."),
                  new TaskOption(
                      CLASSIFICATION,
                      "question",
                      "text",
                      ClassificationTask.DEFAULT_QUESTION,
                      "What the usual prompt asks about the text."),
                  new TaskOption(
                      CLASSIFICATION,
                      "template",
                      "text",
                      "",
                      "The prompt in place of the usual one; may have {question} and {options}, and must have {text}. With yes-no {label} and {description}, too."),
                  new TaskOption(
                      CLASSIFICATION,
                      "multi-label",
                      "off, threshold, yes-no",
                      "off",
                      "Whether a text may have several labels: off for the one with the highest score; threshold for all that reach theirs in one scoring; yes-no for a question about each label, which costs an encoding each."),
                  new TaskOption(
                      CLASSIFICATION,
                      "threshold",
                      "0 to 1",
                      "0; 0.5 with yes-no",
                      "The least score of a label; the task abstains below it."),
                  new TaskOption(
                      CLASSIFICATION,
                      "options",
                      "listed, hidden, auto",
                      "auto",
                      "Whether the prompt lists the labels; auto lists them where they are at most %s."
                          .formatted(ClassificationTask.OptionsListing.AUTO_LIMIT)),
                  new TaskOption(
                      CLASSIFICATION,
                      "alternatives",
                      "whole number",
                      Integer.toString(ClassificationTask.DEFAULT_ALTERNATIVES),
                      "How many labels a result has with their scores, the chosen one included."),
                  new TaskOption(
                      CLASSIFICATION,
                      "normalization",
                      "sum, mean",
                      "sum",
                      "How the log-probabilities of a label's tokens make its score: their sum, the label's probability, or their mean, by which long labels lose nothing."),
                  new TaskOption(
                      CLASSIFICATION,
                      "scores",
                      "all, best",
                      "all",
                      "Which labels have a score: all of them, each its probability among them; or the winner and its runners-up, which are searched for, which is faster for large sets."),
                  new TaskOption(
                      CLASSIFICATION,
                      "max-unknown-share",
                      "0 to 1",
                      "1",
                      "The largest share of a text's characters, blanks aside, that the vocabulary may not know; the task abstains from texts with more."),
                  new TaskOption(
                      CLASSIFICATION,
                      "calibration",
                      "file, or object",
                      "",
                      "What flanstream calibrate wrote: scale and offsets by label, which correct scores."),
                  new TaskOption(
                      CLASSIFICATION,
                      "examples",
                      "list of examples",
                      "none",
                      "Texts with their labels, which the prompt shows before the text."),
                  new TaskOption(
                      CLASSIFICATION, "when", "condition, or list of them", "none", WHEN)),
              Stream.of(
                  new TaskOption(LABEL, "name", "text", "", "The label in results; required."),
                  new TaskOption(
                      LABEL,
                      "text",
                      "text",
                      "the name in lower case, in words",
                      "What the model reads and scores in its place."),
                  new TaskOption(
                      LABEL, "description", "text", "", "What the prompt says about it."),
                  new TaskOption(
                      LABEL, "threshold", "0 to 1", "that of the task", "Its own least score.")),
              Stream.of(
                  new TaskOption(
                      LABEL_EXAMPLE, "text", "text", "", "The text of the example; required."),
                  new TaskOption(LABEL_EXAMPLE, "label", "text", "", "Its label."),
                  new TaskOption(
                      LABEL_EXAMPLE,
                      "labels",
                      "list of texts",
                      "",
                      "Its labels, in place of label.")),
              Stream.of(
                  new TaskOption(EXTRACTION, "name", "text", "", NAMED),
                  new TaskOption(EXTRACTION, "type", "extraction", "", "Required."),
                  new TaskOption(
                      EXTRACTION,
                      "fields",
                      "list of fields",
                      "",
                      "What is looked for in the text, each a name or an object; required."),
                  new TaskOption(
                      EXTRACTION,
                      "fields-at-once",
                      "true, false",
                      "false",
                      "Whether one prompt asks for all fields, which is cheaper, and weaker."),
                  new TaskOption(
                      EXTRACTION,
                      "threshold",
                      "0 to 1",
                      "0",
                      "The least score of a value; one below it counts as absent."),
                  new TaskOption(
                      EXTRACTION,
                      "template",
                      "text",
                      "",
                      "The prompt of a field in place of the usual one; may have {question}, {field} and {description}, and must have {text}. With fields-at-once {fields} in place of the last two."),
                  new TaskOption(
                      EXTRACTION,
                      "examples",
                      "list of examples",
                      "none",
                      "Texts with their values, which the prompt shows before the text."),
                  new TaskOption(EXTRACTION, "when", "condition, or list of them", "none", WHEN)),
              Stream.of(
                  new TaskOption(FIELD, "name", "text", "", "The field in results; required."),
                  new TaskOption(
                      FIELD,
                      "text",
                      "text",
                      "the name in lower case, in words",
                      "What the model reads in its place."),
                  new TaskOption(
                      FIELD, "description", "text", "", "What the prompt says about it."),
                  new TaskOption(
                      FIELD,
                      "type",
                      "text, enum, integer, decimal, date",
                      "text",
                      "What the value is; a typed one is in typedValue, too. A masking task takes text alone."),
                  new TaskOption(
                      FIELD,
                      "locale",
                      "language tag",
                      Field.DEFAULT_LOCALE.toLanguageTag(),
                      "How numbers and dates are written in the texts."),
                  new TaskOption(
                      FIELD,
                      "choices",
                      "list of texts",
                      "none",
                      "The values of an enum; required for one."),
                  new TaskOption(
                      FIELD,
                      "values",
                      "one, many",
                      "one; many where a task masks",
                      "Whether a text may have several values of the field.")),
              Stream.of(
                  new TaskOption(
                      FIELD_EXAMPLE, "text", "text", "", "The text of the example; required."),
                  new TaskOption(
                      FIELD_EXAMPLE,
                      "fields",
                      "values by field",
                      "none",
                      "Its values, which must be in the text; a field that is left out is absent.")),
              Stream.of(
                  new TaskOption(MASKING, "name", "text", "", NAMED),
                  new TaskOption(MASKING, "type", "masking", "", "Required."),
                  new TaskOption(
                      MASKING,
                      "fields",
                      "list of fields",
                      "none",
                      "What the model looks for, all its values."),
                  new TaskOption(
                      MASKING,
                      "forms",
                      "list of email, iban, card, phone",
                      "all of them",
                      "What is looked for by its form, without the model."),
                  new TaskOption(
                      MASKING,
                      "threshold",
                      "0 to 1",
                      "0",
                      "The least score of a value that the model finds. A higher one masks less."),
                  new TaskOption(
                      MASKING,
                      "template",
                      "text",
                      "",
                      "The prompt of a field in place of the usual one, as for an extraction.")),
              Stream.of(
                  new TaskOption(GENERATION, "name", "text", "", NAMED),
                  new TaskOption(GENERATION, "type", "generation", "", "Required."),
                  new TaskOption(
                      GENERATION,
                      "template",
                      "text",
                      "",
                      "The whole prompt: {text}, and other tasks' answers by their names, {order.number} for a field; required."),
                  new TaskOption(
                      GENERATION,
                      "answer-after",
                      "text",
                      "",
                      "Words after which the answer follows a chain of thought, where they stand last."),
                  new TaskOption(
                      GENERATION,
                      "max-new-tokens",
                      "whole number",
                      Integer.toString(Decoding.DEFAULT_MAX_NEW_TOKENS),
                      "The most tokens that are written."),
                  new TaskOption(
                      GENERATION, "min-new-tokens", "whole number", "0", "The fewest tokens."),
                  new TaskOption(
                      GENERATION,
                      "stop-strings",
                      "text, or list of texts",
                      "none",
                      "Texts that end the writing where one is written."),
                  new TaskOption(
                      GENERATION,
                      "repetition-penalty",
                      "number",
                      "1",
                      "What logits of tokens that were written are divided by."),
                  new TaskOption(
                      GENERATION,
                      "no-repeat-ngram-size",
                      "whole number",
                      "0",
                      "Length of token sequences that must not be written twice; 0 for none."),
                  new TaskOption(
                      GENERATION,
                      "num-beams",
                      "whole number",
                      "1",
                      "Beams of a beam search; greedy decoding with 1."),
                  new TaskOption(
                      GENERATION,
                      "length-penalty",
                      "number",
                      "1",
                      "Exponent of the length by which beams' log-probabilities are divided; with num-beams above 1."),
                  new TaskOption(
                      GENERATION,
                      "early-stopping",
                      "true, false, never",
                      "false",
                      "When a beam search ends, as in Hugging Face's generation config; with num-beams above 1."),
                  new TaskOption(
                      GENERATION,
                      "do-sample",
                      "true, false",
                      "false",
                      "Whether tokens are drawn by their probabilities."),
                  new TaskOption(
                      GENERATION,
                      "temperature",
                      "number",
                      "1",
                      "What logits are divided by before sampling; with do-sample."),
                  new TaskOption(
                      GENERATION,
                      "top-k",
                      "whole number",
                      "50",
                      "How many of the likeliest tokens are drawn from, 0 for all; with do-sample."),
                  new TaskOption(
                      GENERATION,
                      "top-p",
                      "0 to 1",
                      "1",
                      "Nucleus sampling: the probability that the tokens drawn from have together; with do-sample."),
                  new TaskOption(
                      GENERATION,
                      "seed",
                      "whole number",
                      "0",
                      "What is drawn follows from it and the prompt; with do-sample."),
                  new TaskOption(GENERATION, "when", "condition, or list of them", "none", WHEN)),
              Stream.of(
                  new TaskOption(
                      CONDITION, "task", "text", "", "Name of a task that must have a label."),
                  new TaskOption(
                      CONDITION,
                      "labels",
                      "list of texts",
                      "any",
                      "The labels of which it must have one; beside task."),
                  new TaskOption(
                      CONDITION, "attribute", "text", "", "Name of an attribute of the event."),
                  new TaskOption(
                      CONDITION, "equals", "text", "", "What it must be; beside attribute."),
                  new TaskOption(
                      CONDITION,
                      "in",
                      "list of texts",
                      "",
                      "What it may be, in place of equals; beside attribute."),
                  new TaskOption(
                      CONDITION, "topic", "text", "", "The topic that the record must be of."),
                  new TaskOption(
                      CONDITION,
                      "topics",
                      "list of texts",
                      "",
                      "The topics that it may be of, in place of topic.")),
              Stream.of(
                  new TaskOption(CALIBRATION, "method", "text", "", "How it was made; for people."),
                  new TaskOption(
                      CALIBRATION,
                      "scale",
                      "number",
                      "1",
                      "What log-probabilities are multiplied by."),
                  new TaskOption(
                      CALIBRATION,
                      "offsets",
                      "numbers by label",
                      "none",
                      "What is added to each label's."),
                  new TaskOption(
                      CALIBRATION,
                      "weights",
                      "text",
                      "",
                      "Hash of the weights that it was made with; others are refused."),
                  new TaskOption(
                      CALIBRATION,
                      "task",
                      "text",
                      "",
                      "Version of the task that it was made for; others are refused."),
                  new TaskOption(
                      CALIBRATION, "sample", "object", "", "What it was made from; for people.")))
          .flatMap(options -> options)
          .toList();

  /** The keys of one thing. */
  static Set<String> names(String of) {
    return ALL.stream()
        .filter(option -> option.of().equals(of))
        .map(TaskOption::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
