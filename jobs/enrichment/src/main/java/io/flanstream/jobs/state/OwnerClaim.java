package io.flanstream.jobs.state;

import io.flanstream.jobs.pipeline.Pipeline;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * As whom a run of a pipeline reads and writes. One run at a time has the pipeline's lease, which
 * is kept in its Kafka.
 *
 * @param pipeline name of the pipeline
 * @param client what a Kafka client is told
 * @param group consumer group under which the lease is kept
 * @param transactionalId by which an earlier owner is fenced
 * @param topic a topic that the group's record can name
 * @param token the run's own
 * @param start number of the start, one more than that of the start before
 * @param store id of the state directory that the run writes to; empty where it has none
 * @param directory where that is
 * @param cluster address of the session cluster that it is sent to; empty where it has a Flink of
 *     its own
 * @param place where the run is, for people
 */
public record OwnerClaim(
    String pipeline,
    HashMap<String, String> client,
    String group,
    String transactionalId,
    String topic,
    String token,
    long start,
    String store,
    String directory,
    String cluster,
    String place)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The claim of a new run of a pipeline. */
  public static OwnerClaim of(Pipeline pipeline) {
    HashMap<String, String> client = new HashMap<>();
    pipeline
        .kafka()
        .clientProperties()
        .forEach((key, value) -> client.put(key.toString(), value.toString()));
    return new OwnerClaim(
        pipeline.name(),
        client,
        pipeline.kafka().groupId() + "-owner",
        pipeline.sink().transactionalIdPrefix() + "-owner",
        pipeline.deadLetters().topic(),
        UUID.randomUUID().toString(),
        0,
        "",
        "",
        "",
        here());
  }

  /** The same claim on a session cluster. */
  public OwnerClaim on(String address) {
    return new OwnerClaim(
        pipeline,
        client,
        group,
        transactionalId,
        topic,
        token,
        start,
        store,
        directory,
        address,
        "a job on the cluster at " + address + ", sent by " + place);
  }

  /** The same claim of a start with a number, that writes to a state directory. */
  public OwnerClaim startedAs(long number, String newStore, String newDirectory) {
    return new OwnerClaim(
        pipeline,
        client,
        group,
        transactionalId,
        topic,
        token,
        number,
        newStore,
        newDirectory,
        cluster,
        place);
  }

  OwnerRecord record(long checkpoint, long beat, boolean released) {
    return new OwnerRecord(
        token, start, store, directory, cluster, place, checkpoint, beat, released);
  }

  /** Client properties that may be changed. */
  Map<String, Object> clientProperties() {
    return new HashMap<>(client);
  }

  /** This process, for people. */
  public static String here() {
    String process = ManagementFactory.getRuntimeMXBean().getName();
    try {
      return "process %s on %s"
          .formatted(
              process.substring(0, Math.max(0, process.indexOf('@'))),
              InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return "process " + process;
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "OwnerClaim[%s, start %d, %s]", pipeline, start, place);
  }
}
