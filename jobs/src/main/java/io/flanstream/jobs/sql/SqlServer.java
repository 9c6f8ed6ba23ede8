package io.flanstream.jobs.sql;

import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.table.gateway.rest.SqlGatewayRestEndpoint;
import org.apache.flink.table.gateway.service.SqlGatewayServiceImpl;
import org.apache.flink.table.gateway.service.context.DefaultContext;

/**
 * Flink's SQL gateway, for JDBC and REST. Every session begins as {@link SqlSession} does, in
 * streaming mode unless it says otherwise, on the database {@code snapshot}.
 */
public final class SqlServer implements AutoCloseable {
  private final PipelineSessions sessions;
  private final String host;
  private final SqlGatewayRestEndpoint endpoint;

  private SqlServer(PipelineSessions sessions, String host, SqlGatewayRestEndpoint endpoint) {
    this.sessions = sessions;
    this.host = host;
    this.endpoint = endpoint;
  }

  /**
   * Starts it.
   *
   * @param pipeline whose topics and model its sessions have
   * @param client where queries run
   * @param host address to listen at
   * @param port its port, or a range to choose from
   * @throws IOException if it cannot listen there
   */
  public static SqlServer start(Pipeline pipeline, Configuration client, String host, String port)
      throws IOException {
    Configuration settings = SqlDefaults.of(pipeline);
    settings.addAll(client);
    PipelineSessions sessions =
        new PipelineSessions(new DefaultContext(settings, List.of()), pipeline);
    Configuration network = new Configuration(settings);
    network.set(RestOptions.ADDRESS, host);
    network.set(RestOptions.BIND_ADDRESS, host);
    network.set(RestOptions.BIND_PORT, port);
    try {
      SqlGatewayRestEndpoint endpoint =
          new SqlGatewayRestEndpoint(network, new SqlGatewayServiceImpl(sessions));
      sessions.start();
      endpoint.start();
      return new SqlServer(sessions, host, endpoint);
    } catch (Exception e) {
      sessions.stop();
      throw new IOException(
          "Cannot start SQL gateway at %s:%s: %s".formatted(host, port, e.getMessage()), e);
    }
  }

  /** Host and port where it listens. */
  public String address() {
    return "%s:%d".formatted(host, endpoint.getServerAddress().getPort());
  }

  /** Ends the sessions and what they run, and listens no more. */
  @Override
  public void close() throws IOException {
    try {
      endpoint.stop();
    } catch (Exception e) {
      throw new IOException("Cannot stop SQL gateway: " + e.getMessage(), e);
    } finally {
      sessions.stop();
    }
  }
}
