package io.flanstream.model.batch;

import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.Device;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs one batch on the device: one encoding, then the choices trie by trie, then the decoding.
 *
 * <p>Answers those that succeed and throws if a step fails, leaving the rest unanswered.
 */
final class BatchRunner {
  private final Device device;

  BatchRunner(Device device) {
    this.device = device;
  }

  void run(List<Request<?>> requests) {
    List<Request<?>> batch = new ArrayList<>();
    Map<ChoiceTrie, List<Request.Score>> byTrie =
        requests.stream()
            .filter(Request.Score.class::isInstance)
            .map(Request.Score.class::cast)
            .collect(Collectors.groupingBy(Request.Score::trie));
    byTrie.values().forEach(batch::addAll);
    List<Request.Generate> generations =
        requests.stream()
            .filter(Request.Generate.class::isInstance)
            .map(Request.Generate.class::cast)
            .sorted(Comparator.comparingInt(Request.Generate::maxNewTokens))
            .toList();
    batch.addAll(generations);
    int[][] prompts = batch.stream().map(Request::prompt).toArray(int[][]::new);
    try (Device.Encoding encoding = device.encode(prompts)) {
      int start = 0;
      for (Map.Entry<ChoiceTrie, List<Request.Score>> group : byTrie.entrySet()) {
        score(encoding, start, group.getKey(), group.getValue());
        start += group.getValue().size();
      }
      if (!generations.isEmpty()) {
        try (Device.Decoder decoder = device.startDecoding(encoding, start, generations.size())) {
          new DecodingLoop(decoder, generations).run();
        }
      }
    }
  }

  private void score(
      Device.Encoding encoding, int start, ChoiceTrie trie, List<Request.Score> group) {
    float[][] edges = device.score(encoding, start, group.size(), trie);
    for (int i = 0; i < edges.length; i++) {
      group.get(i).answer().complete(trie.choiceLogprobs(edges[i]));
    }
  }
}
