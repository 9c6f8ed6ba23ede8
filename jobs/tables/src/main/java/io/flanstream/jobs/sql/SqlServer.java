package io.flanstream.jobs.sql;

import io.flanstream.jobs.client.ClusterClient;
import io.flanstream.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.table.gateway.rest.SqlGatewayRestEndpoint;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.util.FileUtils;

/**
 * Flink's SQL gateway, for JDBC and REST. Every session begins as {@link SqlSession} does, in batch
 * mode unless it says otherwise, on the database {@code snapshot}.
 */
public final class SqlServer implements AutoCloseable {
  private final PipelineSessions sessions;
  private final PipelineQueries queries;
  private final String host;
  private final SqlGatewayRestEndpoint endpoint;
  private final ClusterClient cluster;
  private final Path directory;

  private SqlServer(
      PipelineSessions sessions,
      PipelineQueries queries,
      String host,
      SqlGatewayRestEndpoint endpoint,
      ClusterClient cluster,
      Path directory) {
    this.sessions = sessions;
    this.queries = queries;
    this.host = host;
    this.endpoint = endpoint;
    this.cluster = cluster;
    this.directory = directory;
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
    // The TLS of the cluster that queries run on is not the gateway's.
    network.removeConfig(SecurityOptions.SSL_REST_ENABLED);
    network.set(RestOptions.ADDRESS, host);
    network.set(RestOptions.BIND_ADDRESS, host);
    network.set(RestOptions.BIND_PORT, port);
    // Flink's default is one for everybody on a machine, which belongs to the first.
    Path directory = Files.createTempDirectory("flanstream-gateway-");
    network.set(WebOptions.TMP_DIR, directory.toString());
    PipelineQueries queries = new PipelineQueries(sessions);
    try {
      SqlGatewayRestEndpoint endpoint = new SqlGatewayRestEndpoint(network, queries);
      sessions.start();
      endpoint.start();
      return new SqlServer(sessions, queries, host, endpoint, ClusterClient.of(client), directory);
    } catch (Exception e) {
      sessions.stop();
      FileUtils.deleteDirectoryQuietly(directory.toFile());
      throw new IOException(
          "Cannot start SQL gateway at %s:%s: %s".formatted(host, port, e.getMessage()), e);
    }
  }

  /** Host and port where it listens. */
  public String address() {
    return "%s:%s".formatted(host, endpoint.getServerAddress().getPort());
  }

  /** Listens no more, and ends the sessions and their queries; jobs that write go on. */
  @Override
  public void close() throws IOException {
    try (cluster) {
      endpoint.stop();
      queries.cancel(cluster);
    } catch (Exception e) {
      throw new IOException("Cannot stop SQL gateway: " + e.getMessage(), e);
    } finally {
      sessions.stop();
      FileUtils.deleteDirectoryQuietly(directory.toFile());
    }
  }
}
