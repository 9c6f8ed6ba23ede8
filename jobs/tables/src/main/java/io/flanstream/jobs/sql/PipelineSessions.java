package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.Position;
import io.flanstream.model.flink.table.FlanModule;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.gateway.api.session.SessionEnvironment;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.session.Session;
import org.apache.flink.table.gateway.service.session.SessionManagerImpl;

/**
 * Sessions of a gateway that have a pipeline's tables and functions from the start. They begin in
 * batch mode, as {@link SqlSession} does: a client of JDBC cannot tell a row that replaces another
 * from one more row.
 */
final class PipelineSessions extends SessionManagerImpl {
  private static final String MODE = ExecutionOptions.RUNTIME_MODE.key();

  private final Pipeline pipeline;

  PipelineSessions(DefaultContext defaults, Pipeline pipeline) {
    super(defaults);
    this.pipeline = pipeline;
  }

  @Override
  public synchronized Session openSession(SessionEnvironment asked) {
    SessionEnvironment.Builder environment =
        SessionEnvironment.newBuilder()
            .setSessionEndpointVersion(asked.getSessionEndpointVersion())
            .addSessionConfig(Map.of(MODE, RuntimeExecutionMode.BATCH.name()))
            .addSessionConfig(asked.getSessionConfig())
            .registerCatalogCreator(
                PipelineCatalog.name(pipeline),
                (session, classLoader) -> PipelineCatalog.of(pipeline, new Position.Earliest()))
            .setDefaultCatalog(asked.getDefaultCatalog().orElse(PipelineCatalog.name(pipeline)))
            .registerModuleCreatorAtHead(
                FlanModule.NAME,
                (session, classLoader) -> new FlanModule(session, new Configuration()));
    if (pipeline.history().isPresent()) {
      environment.registerCatalogCreator(
          HistoryTable.CATALOG,
          (session, classLoader) ->
              FactoryUtil.createCatalog(
                  HistoryTable.CATALOG,
                  HistoryTable.catalogOptions(pipeline),
                  session,
                  classLoader));
    }
    asked.getSessionName().ifPresent(environment::setSessionName);
    return super.openSession(environment.build());
  }
}
