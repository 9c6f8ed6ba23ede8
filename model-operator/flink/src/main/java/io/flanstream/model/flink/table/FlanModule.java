package io.flanstream.model.flink.table;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.module.Module;

/**
 * The model as functions: {@code AI_CLASSIFY}, {@code AI_EXTRACT}, {@code AI_MASK} and {@code
 * AI_GENERATE}, and each as {@code TRY_…}, whose answer comes with why there is none.
 */
public final class FlanModule implements Module {
  /** Name of the module. */
  public static final String NAME = "flanstream";

  private static final String TRYING = "try_";

  private final ReadableConfig session;
  private final Configuration options;

  /**
   * Prepares the functions.
   *
   * @param session the session's settings, which may change: functions are asynchronous where its
   *     mode is streaming when a query is planned
   * @param options options of {@link FlanModuleFactory}, checked
   */
  public FlanModule(ReadableConfig session, Configuration options) {
    this.session = session;
    this.options = new Configuration(options);
  }

  @Override
  public Set<String> listFunctions() {
    return Arrays.stream(AiQuestion.values())
        .map(question -> question.name().toLowerCase(Locale.ROOT))
        .flatMap(name -> Stream.of(name, TRYING + name))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<FunctionDefinition> getFunctionDefinition(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean trying = lower.startsWith(TRYING);
    String asked = trying ? lower.substring(TRYING.length()) : lower;
    return Arrays.stream(AiQuestion.values())
        .filter(question -> question.name().equalsIgnoreCase(asked))
        .findFirst()
        .map(
            question ->
                new AiFunction(
                    question, trying, session.get(ExecutionOptions.RUNTIME_MODE), options));
  }
}
