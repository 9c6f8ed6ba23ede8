package io.flanstream.model.flink.table;

import java.util.concurrent.CompletionException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * A function of the module that waits for its answer. Public for the code that Flink generates, as
 * its methods are.
 */
public final class AskingFunction extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  private final RowQuestions questions;

  /** Made by {@link AiFunction}. */
  AskingFunction(RowQuestions questions) {
    this.questions = questions;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory factory) {
    return questions.inference();
  }

  @Override
  public void open(FunctionContext context) {
    questions.open(context);
  }

  /** Asks about a text. */
  public Object eval(StringData text) {
    return eval(text, null, null);
  }

  /** Asks about a text, with options where the function takes no labels or fields. */
  public Object eval(StringData text, Object second) {
    return questions.takesChoices() ? eval(text, second, null) : eval(text, null, (MapData) second);
  }

  /** Asks about a text, with labels or fields, and options. */
  public Object eval(StringData text, Object choices, MapData options) {
    try {
      return questions.ask(text, choices, options).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    questions.close();
  }
}
