package io.flanstream.model.flink.table;

import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.FunctionKind;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.inference.TypeInference;

/**
 * A function of the module: asynchronous in streaming mode, synchronous in batch mode, where Flink
 * plans no asynchronous ones. Which model it asks is settled when a query is planned.
 */
final class AiFunction implements SpecializedFunction {
  private final AiQuestion question;
  private final boolean trying;
  private final RuntimeExecutionMode mode;
  private final Configuration options;

  AiFunction(
      AiQuestion question, boolean trying, RuntimeExecutionMode mode, Configuration options) {
    this.question = question;
    this.trying = trying;
    this.mode = mode;
    this.options = options;
  }

  @Override
  public FunctionKind getKind() {
    return mode == RuntimeExecutionMode.STREAMING ? FunctionKind.ASYNC_SCALAR : FunctionKind.SCALAR;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory factory) {
    return question.inference(trying);
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    RuntimeExecutionMode asked = context.getConfiguration().get(ExecutionOptions.RUNTIME_MODE);
    if (getKind() == FunctionKind.ASYNC_SCALAR && asked == RuntimeExecutionMode.BATCH) {
      throw new ValidationException(
          "Cannot plan %s: module %s must be loaded in batch mode, got streaming; UNLOAD MODULE %s and LOAD MODULE %s again"
              .formatted(question, FlanModule.NAME, FlanModule.NAME, FlanModule.NAME));
    }
    RowQuestions questions =
        RowQuestions.planned(question, trying, context.getConfiguration(), options);
    return getKind() == FunctionKind.ASYNC_SCALAR
        ? new AskingAsyncFunction(questions)
        : new AskingFunction(questions);
  }

  /** Whoever plans has no model. */
  @Override
  public boolean supportsConstantFolding() {
    return false;
  }
}
