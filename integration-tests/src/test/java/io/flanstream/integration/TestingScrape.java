package io.flanstream.integration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Prometheus would have read.
 *
 * @param samples all samples
 */
record TestingScrape(List<Sample> samples) {
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One line of it. */
  record Sample(String name, Map<String, String> labels, double value) {}

  static TestingScrape of(URI page) throws IOException, InterruptedException {
    String text =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        throw new AssertionError("no sample: " + line);
      }
      Map<String, String> labels = new HashMap<>();
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
      }
      samples.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
    }
    return new TestingScrape(samples);
  }

  Set<String> names() {
    return samples.stream().map(Sample::name).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names of the labels that a metric's samples have. */
  Set<String> labels(String name) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .flatMap(sample -> sample.labels().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Sums of a metric over everything but one label. */
  Map<String, Long> sums(String name, String label) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .collect(
            Collectors.groupingBy(
                sample -> sample.labels().get(label),
                Collectors.summingLong(sample -> Math.round(sample.value()))));
  }

  /** The sum of a metric. */
  long sum(String name) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .mapToLong(sample -> Math.round(sample.value()))
        .sum();
  }
}
