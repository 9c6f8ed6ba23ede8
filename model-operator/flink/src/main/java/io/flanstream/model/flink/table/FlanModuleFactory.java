package io.flanstream.model.flink.table;

import io.flanstream.model.flink.ClientOptions;
import io.flanstream.model.flink.ModelOptions;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModuleFactory;
import org.apache.flink.table.module.Module;

/**
 * {@code LOAD MODULE flanstream WITH ('model.path' = '…', …)}.
 *
 * <p>Options are {@code model.*}, those of {@link ClientOptions} under {@code job.*}, {@code
 * error-mode}, {@code overlong}, {@code prepared-memory} and {@code model-linger}. Those under
 * {@code model.*} and {@code job.*} that are not given are the session's.
 */
public final class FlanModuleFactory implements ModuleFactory {

  @Override
  public String factoryIdentifier() {
    return FlanModule.NAME;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options =
        new HashSet<>(SqlModelOptions.of(Set.of(ModelOptions.class, ClientOptions.class)));
    options.add(SqlModelOptions.PREPARED_MEMORY);
    options.add(SqlModelOptions.ERROR_MODE);
    options.add(SqlModelOptions.OVERLONG);
    options.add(SqlModelOptions.MODEL_LINGER);
    return options;
  }

  @Override
  public Module createModule(Context context) {
    UnknownOptions.check(this, context.getOptions());
    FactoryUtil.createModuleFactoryHelper(this, context).validate();
    return new FlanModule(context.getConfiguration(), Configuration.fromMap(context.getOptions()));
  }
}
