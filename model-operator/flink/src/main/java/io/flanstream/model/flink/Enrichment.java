package io.flanstream.model.flink;

import io.flanstream.schemas.EnrichedEvent;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;

/**
 * What became of an input: results, or a failure, or neither where it had no event.
 *
 * @param input the input
 * @param event its event with results, or null
 * @param failure why there are none, or null
 * @param masked values of the text that are masked in the event, with their placeholders
 * @param <E> type of the input
 */
public record Enrichment<E>(
    E input, EnrichedEvent event, Failure failure, Map<String, String> masked) {

  /** What became of an input in which nothing is masked. */
  public Enrichment(E input, EnrichedEvent event, Failure failure) {
    this(input, event, failure, Map.of());
  }

  /**
   * How Flink serialises it.
   *
   * @param input how Flink serialises the input
   * @param <E> type of the input
   * @return the type
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public static <E> TypeInformation<Enrichment<E>> type(TypeInformation<E> input) {
    return (TypeInformation)
        Types.POJO(
            Enrichment.class,
            Map.of(
                "input",
                input,
                "event",
                new AvroTypeInfo<>(EnrichedEvent.class),
                "failure",
                Failure.TYPE,
                "masked",
                Types.MAP(Types.STRING, Types.STRING)));
  }
}
