package io.flanstream.model.flink.table;

import io.flanstream.model.future.Futures;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AsyncScalarFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * A function of the module that does not wait for its answer. Public for the code that Flink
 * generates, as its methods are.
 */
public final class AskingAsyncFunction extends AsyncScalarFunction {
  private static final long serialVersionUID = 1L;

  private final RowQuestions questions;

  /** Made by {@link AiFunction}. */
  AskingAsyncFunction(RowQuestions questions) {
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
  public void eval(CompletableFuture<Object> answer, StringData text) {
    eval(answer, text, null, null);
  }

  /** Asks about a text, with options where the function takes no labels or fields. */
  public void eval(CompletableFuture<Object> answer, StringData text, Object second) {
    if (questions.takesChoices()) {
      eval(answer, text, second, null);
    } else {
      eval(answer, text, null, (MapData) second);
    }
  }

  /** Asks about a text, with labels or fields, and options. */
  public void eval(
      CompletableFuture<Object> answer, StringData text, Object choices, MapData options) {
    Futures.relay(questions.ask(text, choices, options), answer);
  }

  @Override
  public void close() {
    questions.close();
  }
}
