package io.flanstream.jobs.state;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

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
@JsonIgnoreProperties(ignoreUnknown = true)
public record OwnerRecord(
    @JsonProperty("token") String token,
    @JsonProperty("start") long start,
    @JsonProperty("store") String store,
    @JsonProperty("directory") String directory,
    @JsonProperty("cluster") String cluster,
    @JsonProperty("place") String place,
    @JsonProperty("checkpoint") long checkpoint,
    @JsonProperty("beat") long beat,
    @JsonProperty("released") boolean released) {
  private static final ObjectMapper JSON = new ObjectMapper();

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
