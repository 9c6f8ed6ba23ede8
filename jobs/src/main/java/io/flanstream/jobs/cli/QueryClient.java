package io.flanstream.jobs.cli;

import io.flanstream.jobs.cluster.EmbeddedFlink;
import io.flanstream.jobs.pipeline.Pipeline;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;

/** What a client is told whose queries run on a session cluster. */
final class QueryClient {
  private QueryClient() {}

  /**
   * Where the cluster is; and where the pipeline has a registry, the jars that read what is framed,
   * which the cluster's lib/ has not.
   */
  static Configuration of(Pipeline pipeline, HostPort cluster) {
    Configuration client = EmbeddedFlink.client(cluster.host(), cluster.port());
    if (pipeline.registry().isPresent()) {
      client.set(PipelineOptions.JARS, JobJars.find());
    }
    return client;
  }
}
