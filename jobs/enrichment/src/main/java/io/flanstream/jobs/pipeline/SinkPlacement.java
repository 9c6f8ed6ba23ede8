package io.flanstream.jobs.pipeline;

import io.flanstream.model.task.NearestName;
import io.flanstream.operators.answers.AnswerColumn;
import io.flanstream.operators.serialize.RecordPlacement;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Where enriched records go within their topics.
 *
 * @param key what their keys are
 * @param partition how their partitions are chosen
 * @param headers names of the answers that headers have
 */
public record SinkPlacement(
    RecordPlacement.Key key, RecordPlacement.Partition partition, List<String> headers) {

  static SinkPlacement from(ReadableConfig config) {
    return new SinkPlacement(
        config.get(SinkOptions.KEY),
        config.get(SinkOptions.PARTITION),
        config.get(SinkOptions.ANSWER_HEADERS));
  }

  /** Checks that the headers' answers are there. */
  static void check(Pipeline pipeline, Violations faults) {
    if (pipeline.tasks() == null) {
      return;
    }
    List<String> known = names(pipeline);
    for (String name : pipeline.sink().placement().headers()) {
      if (!known.contains(name)) {
        Optional<String> near = NearestName.of(name, known);
        faults.add(
            SinkOptions.ANSWER_HEADERS.key(),
            "must name columns of the answers"
                + near.map(" (did you mean %s?)"::formatted)
                    .orElse(", which are " + String.join(", ", known)),
            name);
      }
    }
  }

  private static List<String> names(Pipeline pipeline) {
    return AnswerColumns.of(pipeline.tasks().tasks()).stream().map(AnswerColumn::name).toList();
  }

  /** The same, for operators. */
  public static RecordPlacement of(Pipeline pipeline) {
    SinkPlacement placement = pipeline.sink().placement();
    return new RecordPlacement(
        placement.key(),
        placement.partition(),
        AnswerColumns.of(pipeline.tasks().tasks()).stream()
            .filter(column -> placement.headers().contains(column.name()))
            .toList());
  }
}
