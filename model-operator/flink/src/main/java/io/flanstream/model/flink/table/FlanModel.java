package io.flanstream.model.flink.table;

import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;

/** A planned model. */
final class FlanModel implements AsyncPredictRuntimeProvider {
  private final FlanPredictFunction function;

  FlanModel(FlanPredictFunction function) {
    this.function = function;
  }

  @Override
  public AsyncPredictFunction createAsyncPredictFunction(Context context) {
    return function;
  }

  @Override
  public ModelProvider copy() {
    return new FlanModel(function);
  }
}
