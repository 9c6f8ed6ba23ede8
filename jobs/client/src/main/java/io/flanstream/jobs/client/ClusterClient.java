package io.flanstream.jobs.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ConfigurationInfo;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobConfigHeaders;
import org.apache.flink.runtime.rest.messages.JobConfigInfo;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobExceptionsInfoWithHistory;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.MessageQueryParameter;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsHeaders;
import org.apache.flink.runtime.rest.messages.job.metrics.JobVertexMetricsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.metrics.Metric;
import org.apache.flink.runtime.rest.messages.job.metrics.MetricsFilterParameter;
import org.apache.flink.util.SerializedThrowable;

/** Asks a session cluster about itself and its jobs, through REST. */
public final class ClusterClient implements AutoCloseable {

  private static final Set<ExecutionState> STARTED =
      Set.of(ExecutionState.RUNNING, ExecutionState.FINISHED);
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(100);

  /** How long a job that lost a task may call itself running, as REST remembers its state. */
  private static final Duration RESTART = Duration.ofSeconds(30);

  /**
   * What becomes of a savepoint of a job that lost a task meanwhile, or is about to: Flink may not
   * have noticed yet that a TaskManager is gone.
   */
  private static final Set<String> RESTARTING =
      Set.of(
          "because the recipient is unreachable",
          "is no longer reachable",
          "Heartbeat of TaskManager",
          CheckpointFailureReason.CHECKPOINT_COORDINATOR_SUSPEND.message(),
          CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING.message(),
          CheckpointFailureReason.CHECKPOINT_DECLINED_TASK_NOT_READY.message());

  private static final String SOURCE = "Source: ";
  private static final Pattern SOURCE_OUTPUT = Pattern.compile("\\d+\\.Source__.*\\.numRecordsOut");

  private final RestClusterClient<StandaloneClusterId> client;
  private final String address;

  /**
   * Opens a client; whether the cluster is there shows when it is asked.
   *
   * @param address host:port of its REST endpoint, or https://host:port
   */
  public ClusterClient(String address) throws IOException {
    this(address, settings(address));
  }

  private ClusterClient(String address, Configuration settings) throws IOException {
    Configuration config = new Configuration(settings);
    config.set(RestOptions.RETRY_MAX_ATTEMPTS, 2);
    config.set(RestOptions.RETRY_DELAY, RETRY_DELAY);
    this.address = address;
    try {
      this.client = new RestClusterClient<>(config, StandaloneClusterId.getInstance());
    } catch (Exception e) {
      throw new ClusterException(address, e);
    }
  }

  /** What Flink must be told to send jobs to a session cluster. */
  public static Configuration settings(String host, int port) {
    Configuration config = new Configuration();
    config.set(DeploymentOptions.TARGET, "remote");
    config.set(DeploymentOptions.ATTACHED, false);
    config.set(RestOptions.ADDRESS, host);
    config.set(RestOptions.PORT, port);
    return config;
  }

  /** The same for host:port, or for https://host:port. */
  public static Configuration settings(String address) {
    String place = RestTls.place(address);
    int colon = place.lastIndexOf(':');
    Configuration config =
        settings(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)));
    if (!place.equals(address)) {
      config.addAll(RestTls.settings());
    }
    return config;
  }

  /** Opens a client of the cluster that jobs are sent to by these settings. */
  public static ClusterClient of(Configuration settings) throws IOException {
    return new ClusterClient(
        "%s:%s".formatted(settings.get(RestOptions.ADDRESS), settings.get(RestOptions.PORT)),
        settings);
  }

  /**
   * What the cluster has.
   *
   * @throws IOException if it does not answer
   */
  public ClusterOverview overview() throws IOException {
    return await(client.getClusterOverview());
  }

  /** Whether it answers, and has so many slots. */
  public boolean hasSlots(int count) throws IOException {
    try {
      return overview().getNumSlotsTotal() >= count;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where its jobs have their Flink checkpoints unless they say otherwise. */
  public Optional<String> checkpointDirectory() throws IOException {
    return setting(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
  }

  /** Where its jobs have their savepoints unless they say otherwise. */
  public Optional<String> savepointDirectory() throws IOException {
    return setting(CheckpointingOptions.SAVEPOINT_DIRECTORY);
  }

  private Optional<String> setting(ConfigOption<String> option) throws IOException {
    ConfigurationInfo settings =
        await(
            client.sendRequest(
                ClusterConfigurationInfoHeaders.getInstance(),
                EmptyMessageParameters.getInstance(),
                EmptyRequestBody.getInstance()));
    Configuration config = new Configuration();
    settings.forEach(entry -> config.setString(entry.getKey(), entry.getValue()));
    return config.getOptional(option);
  }

  /** One of the parameters that a job was sent with; empty where it has none of that name. */
  public Optional<String> parameter(JobID job, String name) throws IOException {
    JobMessageParameters parameters =
        JobConfigHeaders.getInstance().getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    JobConfigInfo.ExecutionConfigInfo config =
        await(
                client.sendRequest(
                    JobConfigHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()))
            .getExecutionConfigInfo();
    return Optional.ofNullable(config)
        .map(JobConfigInfo.ExecutionConfigInfo::getGlobalJobParameters)
        .map(values -> values.get(name));
  }

  /** Its jobs, the newest first, ended ones too while it remembers them. */
  public List<JobStatusMessage> jobs() throws IOException {
    Collection<JobStatusMessage> jobs = await(client.listJobs());
    return jobs.stream()
        .sorted(Comparator.comparingLong(JobStatusMessage::getStartTime).reversed())
        .toList();
  }

  /**
   * Stops a job after a savepoint, to go on from there; waits for it where it is just restarted.
   *
   * @param job a job
   * @param directory URI of where to put the savepoint; the cluster's own where empty
   * @return where it is
   * @throws IOException if it cannot be stopped
   */
  public String stop(JobID job, Optional<String> directory) throws IOException {
    long end = System.nanoTime() + RESTART.toNanos();
    while (true) {
      awaitTasks(job, JobStatus::isGloballyTerminalState);
      try {
        return await(
            client.stopWithSavepoint(
                job, false, directory.orElse(null), SavepointFormatType.CANONICAL));
      } catch (ClusterException e) {
        if (System.nanoTime() > end || RESTARTING.stream().noneMatch(e.getMessage()::contains)) {
          throw e;
        }
        pause(RETRY_DELAY);
      }
    }
  }

  /** How many records the sources of a job have read, as far as the cluster knows yet. */
  public long recordsRead(JobID job) throws IOException {
    long read = 0;
    for (JobDetailsInfo.JobVertexDetailsInfo vertex :
        await(client.getJobDetails(job)).getJobVertexInfos()) {
      if (vertex.getName().startsWith(SOURCE)) {
        read += recordsRead(job, vertex.getJobVertexID());
      }
    }
    return read;
  }

  /** What is chained to a source is one task with it: only the metric of the source itself says. */
  private long recordsRead(JobID job, JobVertexID vertex) throws IOException {
    List<String> names =
        metrics(job, vertex, List.of()).stream()
            .map(Metric::getId)
            .filter(id -> SOURCE_OUTPUT.matcher(id).matches())
            .toList();
    return names.isEmpty()
        ? 0
        : metrics(job, vertex, names).stream()
            .mapToLong(metric -> Long.parseLong(metric.getValue()))
            .sum();
  }

  /** Values of metrics; the names of all where none are named. */
  private Collection<Metric> metrics(JobID job, JobVertexID vertex, List<String> names)
      throws IOException {
    JobVertexMetricsMessageParameters parameters =
        JobVertexMetricsHeaders.getInstance().getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    parameters.jobVertexIdPathParameter.resolve(vertex);
    for (MessageQueryParameter<?> parameter : parameters.getQueryParameters()) {
      if (parameter instanceof MetricsFilterParameter wanted && !names.isEmpty()) {
        wanted.resolve(names);
      }
    }
    return await(
            client.sendRequest(
                JobVertexMetricsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()))
        .getMetrics();
  }

  /** Cancels a job; done when it has ended. */
  public void cancel(JobID job) throws IOException {
    await(client.cancel(job));
    JobResult unused = await(client.requestJobResult(job));
  }

  /**
   * Waits until every task of a job runs, or the job has ended well.
   *
   * @param job a job
   * @throws IOException if it fails, whether it is restarted then or not
   */
  public void awaitRunning(JobID job) throws IOException {
    awaitTasks(job, status -> status == JobStatus.RESTARTING || status == JobStatus.FAILED);
  }

  private void awaitTasks(JobID job, Predicate<JobStatus> isFailure) throws IOException {
    for (JobDetailsInfo details = await(client.getJobDetails(job));
        !isStarted(details);
        details = await(client.getJobDetails(job))) {
      if (isFailure.test(details.getJobStatus())) {
        throw failure(job, details.getJobStatus());
      }
      pause(POLL);
    }
  }

  private static void pause(Duration length) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(length.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot wait for job: interrupted");
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private static boolean isStarted(JobDetailsInfo details) {
    return details.getJobStatus() == JobStatus.FINISHED
        || (details.getJobStatus() == JobStatus.RUNNING
            && details.getPendingOperators() == 0
            && details.getJobVertexInfos().stream()
                .allMatch(vertex -> STARTED.containsAll(presentStates(vertex.getTasksPerState()))));
  }

  private static Set<ExecutionState> presentStates(Map<ExecutionState, Integer> tasks) {
    return tasks.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private IOException failure(JobID job, JobStatus status) throws IOException {
    if (status == JobStatus.RESTARTING) {
      return new IOException(
          "Job %s fails, and Flink tries it again until it is cancelled: %s"
              .formatted(job, lastFailure(job).orElse("the log of the JobManager says why")));
    }
    String reason =
        await(client.requestJobResult(job))
            .getSerializedThrowable()
            .map(SerializedThrowable::getFullStringifiedStackTrace)
            .map(RootCause::of)
            .orElse("it was ended");
    return new IOException("Job %s is %s: %s".formatted(job, status, reason));
  }

  private Optional<String> lastFailure(JobID job) throws IOException {
    return failures(job).stream().findFirst().map(JobFailure::cause);
  }

  /**
   * A failure of a job.
   *
   * @param time when it was, in milliseconds since 1970
   * @param cause why, for people
   */
  public record JobFailure(long time, String cause) {}

  /** Failures of a job, the newest first, as far as the cluster remembers them. */
  public List<JobFailure> failures(JobID job) throws IOException {
    JobExceptionsMessageParameters parameters =
        JobExceptionsHeaders.getInstance().getUnresolvedMessageParameters();
    parameters.jobPathParameter.resolve(job);
    JobExceptionsInfoWithHistory exceptions =
        await(
            client.sendRequest(
                JobExceptionsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()));
    return exceptions.getExceptionHistory().getEntries().stream()
        .map(entry -> new JobFailure(entry.getTimestamp(), RootCause.of(entry.getStacktrace())))
        .toList();
  }

  private <T> T await(CompletableFuture<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Cannot ask Flink at %s: interrupted".formatted(address));
    } catch (ExecutionException e) {
      throw new ClusterException(address, e);
    }
  }
}
