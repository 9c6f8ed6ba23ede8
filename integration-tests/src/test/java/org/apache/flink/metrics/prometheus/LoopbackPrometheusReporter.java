package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Flink's own reporter, but on loopback: its own server listens on every interface. It is in
 * Flink's package for the registry's sake.
 */
public final class LoopbackPrometheusReporter extends AbstractPrometheusReporter {
  private static volatile URI page;

  private final HTTPServer server;

  private LoopbackPrometheusReporter() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = new HTTPServer(address, registry);
    page = URI.create("http://127.0.0.1:%s/metrics".formatted(server.getPort()));
  }

  /** Where the newest one answers. */
  public static URI page() {
    return page;
  }

  @Override
  public void close() {
    server.stop();
    super.close();
  }

  /** What Flink's configuration names. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      try {
        return new LoopbackPrometheusReporter();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
