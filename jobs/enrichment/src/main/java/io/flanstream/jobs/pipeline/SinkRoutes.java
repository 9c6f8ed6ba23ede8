package io.flanstream.jobs.pipeline;

import io.flanstream.jobs.route.Route;
import io.flanstream.jobs.route.RouteQuery;
import io.flanstream.model.task.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ReadableConfig;

/** Topics for some of the enriched events. */
final class SinkRoutes {
  static final String WHEN = "when";
  static final String TOPIC = "topic";

  /** Keys of a route, all of which it must have. */
  static final List<String> KEYS = List.of(WHEN, TOPIC);

  private SinkRoutes() {}

  static List<Route> from(ReadableConfig config, Violations faults) {
    List<Map<String, String>> written = config.get(SinkOptions.ROUTES);
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      Map<String, String> route = written.get(i);
      String at = at(i);
      for (String key : route.keySet()) {
        if (!KEYS.contains(key)) {
          faults.add(
              at + key,
              NearestName.of(key, KEYS)
                  .map(near -> "is unknown; did you mean %s?".formatted(at + near))
                  .orElse("is unknown; known here are " + String.join(", ", KEYS)));
        }
      }
      // One with a fault stays, so that the others keep their places.
      routes.add(new Route(set(route, WHEN, at, faults), topic(route, at, faults)));
    }
    return routes;
  }

  /** Checks what depends on other sections; asks Flink's planner where there is a route. */
  static void check(Pipeline pipeline, Violations faults) {
    List<Route> routes = pipeline.sink().routes();
    if (routes.isEmpty() || pipeline.tasks() == null) {
      return;
    }
    RouteQuery query = new RouteQuery(AnswerColumns.of(pipeline.tasks().tasks()));
    for (int i = 0; i < routes.size(); i++) {
      String at = at(i);
      String when = routes.get(i).when();
      String topic = routes.get(i).topic();
      if (!when.isBlank()) {
        query.violation(when).ifPresent(rule -> faults.add(at + WHEN, rule, when));
      }
      if (pipeline.source().topics().matches(topic)
          || topic.equals(pipeline.deadLetters().topic())) {
        faults.add(
            at + TOPIC,
            "must differ from %s and %s"
                .formatted(
                    SourceTopics.key(pipeline.source().topics()), DeadLetterOptions.TOPIC.key()),
            topic);
      }
    }
  }

  private static String set(Map<String, String> route, String key, String at, Violations faults) {
    String value = route.getOrDefault(key, "");
    if (value.isBlank()) {
      faults.add(at + key, "must be set");
    }
    return value;
  }

  private static String topic(Map<String, String> route, String at, Violations faults) {
    String topic = set(route, TOPIC, at, faults);
    if (!topic.isBlank() && !Rules.isTopic(topic)) {
      faults.add(at + TOPIC, Rules.TOPIC, topic);
    }
    return topic;
  }

  private static String at(int route) {
    return "%s[%s].".formatted(SinkOptions.ROUTES.key(), route);
  }
}
