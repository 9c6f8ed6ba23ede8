package io.flanstream.model.flink.table;

import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;

/**
 * {@code CREATE MODEL m INPUT (text STRING) OUTPUT (…) WITH ('provider' = 'flan-ul2', 'model.path'
 * = '…', 'task' = '…', …)}.
 *
 * <p>Output columns of a classification are among {@code label STRING}, {@code score DOUBLE},
 * {@code labels ARRAY<STRING>} and {@code scores MAP<STRING, DOUBLE>}; of an extraction one for
 * each field, {@code STRING} or {@code ROW<value STRING, start INT, end INT, score DOUBLE>}; of a
 * generation one {@code STRING}. Each may have {@code error_code} and {@code error_message} too.
 * Options and columns are checked when a query is planned, the checkpoint where it runs.
 *
 * <p>Options under {@code model.*} that are not given are the session's, as {@code SET 'model.path'
 * = '…'} leaves them.
 */
public final class FlanModelFactory implements ModelProviderFactory {
  /** Name of the provider. */
  public static final String IDENTIFIER = "flan-ul2";

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(SqlModelOptions.TASK);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return SqlModelOptions.optional(requiredOptions());
  }

  @Override
  public ModelProvider createModelProvider(Context context) {
    FactoryUtil.ModelProviderFactoryHelper helper =
        FactoryUtil.createModelProviderFactoryHelper(this, context);
    UnknownOptions.check(this, context.getCatalogModel().getOptions());
    helper.validate();
    ReadableConfig options = helper.getOptions();
    ResolvedSchema input = context.getCatalogModel().getResolvedInputSchema();
    Columns.checkInput(input);
    ResolvedSchema output = context.getCatalogModel().getResolvedOutputSchema();
    List<Column> columns =
        output.getColumns().stream().filter(column -> !Columns.isError(column)).toList();
    if (columns.isEmpty()) {
      throw new ValidationException(
          "Cannot create model: OUTPUT must have a column for the answer, got "
              + Columns.described(output.getColumns()));
    }
    String name = context.getObjectIdentifier().getObjectName();
    RowAnswers answers =
        switch (options.get(SqlModelOptions.TASK)) {
          case CLASSIFICATION -> Classifications.of(options, name, columns);
          case EXTRACTION -> Extractions.of(options, name, columns);
          case GENERATION -> Generations.of(options, columns);
        };
    return new FlanModel(
        new FlanPredictFunction(
            SessionModel.of(context.getConfiguration(), context.getCatalogModel().getOptions()),
            answers,
            new OutputRows(output.getColumnNames()),
            new RowName(input.getColumns()),
            SessionModel.errorMode(context.getConfiguration(), options),
            SessionModel.client(
                context.getConfiguration(),
                context.getCatalogModel().getOptions(),
                options.get(SqlModelOptions.MODEL_LINGER))));
  }
}
