package io.flanstream.model.device;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Where the parts of one copy of a model lie: embedding, blocks of the encoder, blocks of the
 * decoder, head, as {@link io.flanstream.model.checkpoint.T5Tensors#part} counts them.
 *
 * @param devices {@code cpu} or {@code cuda:N}, in the order in which a record comes through them
 * @param places for each part the place of its device in {@code devices}
 */
public record LayerPlacement(List<String> devices, List<Integer> places) {

  /** Copies what is given. */
  public LayerPlacement {
    devices = List.copyOf(devices);
    places = List.copyOf(places);
  }

  /** Device of a part. */
  public String device(int part) {
    return devices.get(places.get(part));
  }

  /** Devices that have a part, each once. */
  public Set<String> used() {
    Set<String> used = new TreeSet<>();
    places.forEach(place -> used.add(devices.get(place)));
    return used;
  }

  /** Blocks, counted through both stacks, before which another device begins. */
  public List<Integer> cuts() {
    return IntStream.range(2, places.size() - 1)
        .filter(part -> !places.get(part).equals(places.get(part - 1)))
        .mapToObj(part -> part - 1)
        .toList();
  }

  /**
   * Bytes for attention caches of the whole model, where each device has so many for those of its
   * blocks.
   *
   * @param encoderLayers blocks of the encoder
   * @param decoderLayers blocks of the decoder
   * @param free bytes that a device has
   */
  public long cacheBytes(int encoderLayers, int decoderLayers, ToLongFunction<String> free) {
    List<String> decoder =
        IntStream.rangeClosed(1, decoderLayers)
            .mapToObj(block -> device(encoderLayers + block))
            .toList();
    return decoder.stream()
        .distinct()
        .mapToLong(
            device ->
                free.applyAsLong(device) / Collections.frequency(decoder, device) * decoderLayers)
        .min()
        .orElseThrow();
  }
}
