package io.flanstream.model.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the parts of one copy of a model are to be spread over devices: what Hugging Face's
 * accelerate calls a {@code device_map}.
 *
 * @param kind who decides
 * @param devices devices, in the order in which parts are placed on them
 * @param ranges where {@code kind} is {@link Kind#EXPLICIT}, blocks and their devices in order
 */
public record DeviceMap(Kind kind, List<String> devices, List<Range> ranges) {
  private static final Pattern RANGE =
      Pattern.compile("(encoder|decoder)\\.block\\.(\\d{1,4})(?:-(\\d{1,4}))?=(\\S+)");

  /** Steps in which the smallest share of the devices' memory is approached. */
  private static final int HALVINGS = 40;

  /** Who decides. */
  public enum Kind {
    /** The same share of each device's memory, as small as it can be. */
    AUTO,
    /** Each device is filled before the next is begun. */
    SEQUENTIAL,
    /** The user, by ranges of blocks. */
    EXPLICIT
  }

  /**
   * Neighbouring blocks of a stack.
   *
   * @param stack {@code encoder} or {@code decoder}
   * @param first the first block
   * @param last the last
   * @param device their device
   */
  public record Range(String stack, int first, int last, String device) {}

  /** Copies what is given. */
  public DeviceMap {
    devices = List.copyOf(devices);
    ranges = List.copyOf(ranges);
  }

  /** A whole model on one device. */
  public static DeviceMap single(String device) {
    return new DeviceMap(Kind.SEQUENTIAL, List.of(device), List.of());
  }

  /**
   * Reads {@code auto}, {@code sequential} or ranges such as {@code encoder.block.0-31=cuda:0,
   * decoder.block.0-31=cuda:1}. The embedding goes with the first block, the head with the last.
   *
   * @param text what to read
   * @param devices devices to be spread over
   * @return the map
   * @throws IllegalArgumentException if it is none of these, or names another device
   */
  public static DeviceMap parse(String text, List<String> devices) {
    for (Kind kind : List.of(Kind.AUTO, Kind.SEQUENTIAL)) {
      if (kind.name().equalsIgnoreCase(text)) {
        return new DeviceMap(kind, devices, List.of());
      }
    }
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split("\\s*,\\s*")) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "Cannot open model: model.device-map must be auto, sequential or ranges such as encoder.block.0-31=cuda:0, got %s"
                .formatted(part));
      }
      if (!devices.contains(range.group(4))) {
        throw new IllegalArgumentException(
            "Cannot open model: model.device-map must name devices of model.device, %s, got %s"
                .formatted(String.join(",", devices), part));
      }
      int first = Integer.parseInt(range.group(2));
      int last = range.group(3) == null ? first : Integer.parseInt(range.group(3));
      ranges.add(new Range(range.group(1), first, last, range.group(4)));
    }
    return new DeviceMap(Kind.EXPLICIT, devices, ranges);
  }

  /**
   * Places the parts.
   *
   * @param encoderLayers blocks of the encoder
   * @param decoderLayers blocks of the decoder
   * @param bytes bytes of each part
   * @param room bytes that parts may have on each of {@code devices}
   * @return the placement; empty where there is none that fits and the user did not decide
   * @throws IllegalArgumentException if ranges do not have each block once and in order
   */
  public Optional<LayerPlacement> place(
      int encoderLayers, int decoderLayers, List<Long> bytes, List<Long> room) {
    return switch (kind) {
      case EXPLICIT -> Optional.of(explicit(encoderLayers, decoderLayers));
      case SEQUENTIAL -> fill(bytes, room, 1);
      case AUTO -> evenly(bytes, room);
    };
  }

  private Optional<LayerPlacement> evenly(List<Long> bytes, List<Long> room) {
    Optional<LayerPlacement> best = fill(bytes, room, 1);
    double low = 0;
    double high = 1;
    for (int i = 0; best.isPresent() && i < HALVINGS; i++) {
      double share = (low + high) / 2;
      Optional<LayerPlacement> tighter = fill(bytes, room, share);
      if (tighter.isPresent()) {
        best = tighter;
        high = share;
      } else {
        low = share;
      }
    }
    return best;
  }

  private Optional<LayerPlacement> fill(List<Long> bytes, List<Long> room, double share) {
    List<Integer> places = new ArrayList<>();
    int place = 0;
    double left = room.get(0) * share;
    for (long part : bytes) {
      while (part > left) {
        if (++place == devices.size()) {
          return Optional.empty();
        }
        left = room.get(place) * share;
      }
      left -= part;
      places.add(place);
    }
    return Optional.of(new LayerPlacement(devices, places));
  }

  private LayerPlacement explicit(int encoderLayers, int decoderLayers) {
    List<Integer> places = new ArrayList<>();
    List<String> blocks = new ArrayList<>();
    for (int place = 0; place < ranges.size(); place++) {
      Range range = ranges.get(place);
      for (int block = range.first(); block <= range.last(); block++) {
        blocks.add(range.stack() + ".block." + block);
        places.add(place);
      }
    }
    List<String> wanted = new ArrayList<>(names("encoder", encoderLayers));
    wanted.addAll(names("decoder", decoderLayers));
    if (!blocks.equals(wanted)) {
      throw new IllegalArgumentException(
          "Cannot open model: model.device-map must have each block once and in order, encoder.block.0-%s and decoder.block.0-%s, got %s"
              .formatted(encoderLayers - 1, decoderLayers - 1, describe()));
    }
    places.add(0, places.get(0));
    places.add(places.get(places.size() - 1));
    return new LayerPlacement(ranges.stream().map(Range::device).toList(), places);
  }

  private String describe() {
    return ranges.stream()
        .map(range -> "%s.block.%s-%s".formatted(range.stack(), range.first(), range.last()))
        .collect(Collectors.joining(", "));
  }

  private static List<String> names(String stack, int blocks) {
    return IntStream.range(0, blocks).mapToObj(block -> stack + ".block." + block).toList();
  }
}
