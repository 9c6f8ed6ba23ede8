package io.flanstream.jobs.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Who runs a pipeline, as its Kafka knows it.
 *
 * @param token the run's own
 * @param start number of the start
 * @param store id of the state directory that the run writes to; empty where it has none
 * @param directory where that is
 * @param cluster address of the session cluster that it was sent to; empty where it has a Flink of
 *     its own
 * @param place where the run is, for people
 * @param checkpoint number of the last checkpoint or savepoint that is known to be complete
 * @param beat how often the lease was renewed
 * @param released whether the run has ended by itself
 */
public record OwnerRecord(
    String token,
    long start,
    String store,
    String directory,
    String cluster,
    String place,
    long checkpoint,
    long beat,
    boolean released) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Who it is. */
  public String who() {
    return place;
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static OwnerRecord parse(String json) {
    try {
      return JSON.readValue(json, OwnerRecord.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read the owner of a pipeline: " + json, e);
    }
  }
}
