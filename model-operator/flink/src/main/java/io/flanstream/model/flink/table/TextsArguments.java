package io.flanstream.model.flink.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;

/**
 * Arguments of a function, of which the last may be left out. Unlike Flink's own alternatives it
 * says which argument is wrong.
 *
 * @param arguments all of them
 */
record TextsArguments(List<TextsArgument> arguments) implements InputTypeStrategy {

  @Override
  public ArgumentCount getArgumentCount() {
    return ConstantArgumentCount.between(arguments.size() - 1, arguments.size());
  }

  @Override
  public Optional<List<DataType>> inferInputTypes(CallContext context, boolean throwOnFailure) {
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < context.getArgumentDataTypes().size(); i++) {
      arguments.get(i).infer(context, i, throwOnFailure).ifPresent(types::add);
    }
    return types.size() == context.getArgumentDataTypes().size()
        ? Optional.of(types)
        : Optional.empty();
  }

  @Override
  public List<Signature> getExpectedSignatures(FunctionDefinition function) {
    return IntStream.rangeClosed(arguments.size() - 1, arguments.size())
        .mapToObj(
            count ->
                Signature.of(arguments.stream().limit(count).map(TextsArgument::expected).toList()))
        .toList();
  }
}
