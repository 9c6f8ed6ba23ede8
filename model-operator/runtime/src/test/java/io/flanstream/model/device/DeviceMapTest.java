package io.flanstream.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceMapTest {
  private static final List<String> DEVICES = List.of("cuda:0", "cuda:1", "cuda:2");
  private static final List<Long> ROOM = List.of(100L, 100L, 100L);

  @Property
  void sequentialPlacesEachPartOnceInOrderAndWithinItsDevice(
      @ForAll @IntRange(min = 1, max = 8) int encoder,
      @ForAll @IntRange(min = 1, max = 8) int decoder,
      @ForAll @Size(18) List<@LongRange(max = 100) Long> sizes,
      @ForAll @Size(3) List<@LongRange(min = -10, max = 700) Long> room) {
    List<Long> bytes = sizes.subList(0, encoder + decoder + 2);
    Optional<LayerPlacement> placement =
        DeviceMap.parse("sequential", DEVICES).place(encoder, decoder, bytes, room);
    placement.ifPresent(found -> check(found, bytes, room));
    assertThat(placement).as("fits").matches(found -> found.isPresent() == fits(bytes, room));
  }

  /** By trying every way of parting the parts. */
  private static boolean fits(List<Long> bytes, List<Long> room) {
    int parts = bytes.size();
    return IntStream.rangeClosed(0, parts)
        .anyMatch(
            first ->
                holds(bytes.subList(0, first), room.get(0))
                    && IntStream.rangeClosed(first, parts)
                        .anyMatch(
                            second ->
                                holds(bytes.subList(first, second), room.get(1))
                                    && holds(bytes.subList(second, parts), room.get(2))));
  }

  private static boolean holds(List<Long> bytes, long room) {
    return bytes.isEmpty() || sum(bytes) <= room;
  }

  private static long sum(List<Long> bytes) {
    return bytes.stream().mapToLong(Long::longValue).sum();
  }

  private static void check(LayerPlacement placement, List<Long> bytes, List<Long> room) {
    assertThat(placement.places()).hasSameSizeAs(bytes).isSorted();
    for (int place = 0; place < DEVICES.size(); place++) {
      int device = place;
      long on =
          IntStream.range(0, bytes.size())
              .filter(part -> placement.places().get(part) == device)
              .mapToLong(bytes::get)
              .sum();
      assertThat(on).isLessThanOrEqualTo(Math.max(0, room.get(place)));
    }
  }

  @Property
  void autoFitsWhereSequentialDoesAndItsFullestDeviceIsNoFuller(
      @ForAll @Size(12) List<@LongRange(min = 1, max = 100) Long> bytes,
      @ForAll @Size(3) List<@LongRange(min = 1, max = 700) Long> room) {
    Optional<LayerPlacement> filled =
        DeviceMap.parse("sequential", DEVICES).place(5, 5, bytes, room);
    Optional<LayerPlacement> even = DeviceMap.parse("auto", DEVICES).place(5, 5, bytes, room);
    assertThat(even.isPresent()).isEqualTo(filled.isPresent());
    even.ifPresent(
        placement -> {
          check(placement, bytes, room);
          assertThat(fullest(placement, bytes, room))
              .isLessThanOrEqualTo(fullest(filled.orElseThrow(), bytes, room));
        });
  }

  private static double fullest(LayerPlacement placement, List<Long> bytes, List<Long> room) {
    double[] used = new double[room.size()];
    for (int part = 0; part < bytes.size(); part++) {
      int place = placement.places().get(part);
      used[place] += bytes.get(part) / (double) room.get(place);
    }
    return IntStream.range(0, used.length).mapToDouble(i -> used[i]).max().orElseThrow();
  }

  @Test
  void autoPartsWhatIsEvenEvenly() {
    assertThat(
            DeviceMap.parse("auto", DEVICES)
                .place(5, 5, List.of(3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L), ROOM))
        .hasValueSatisfying(
            placement -> {
              assertThat(placement.places()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
              assertThat(placement.cuts()).containsExactly(3, 7);
            });
  }

  @Test
  void rangesAreThoseOfTheUser() {
    LayerPlacement placement =
        DeviceMap.parse(
                "encoder.block.0-1=cuda:1, encoder.block.2=cuda:0,decoder.block.0-1=cuda:2",
                DEVICES)
            .place(3, 2, List.of(), List.of())
            .orElseThrow();
    assertThat(IntStream.range(0, 7).mapToObj(placement::device))
        .containsExactly("cuda:1", "cuda:1", "cuda:1", "cuda:0", "cuda:2", "cuda:2", "cuda:2");
    assertThat(placement.cuts()).containsExactly(2, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encoder.block.0-2=cuda:0 | encoder.block.0-2 and decoder.block.0-1, got encoder.block.0-2",
        "encoder.block.0-2=cuda:0, decoder.block.1=cuda:0 | got encoder.block.0-2, decoder.block.1-1",
        "decoder.block.0-1=cuda:0, encoder.block.0-2=cuda:0 | must have each block once and in order",
        "encoder.block.0-2=cuda:0, encoder.block.2=cuda:1, decoder.block.0-1=cuda:1 | once and in order",
        "encoder.block.0-2=cuda:7 | must name devices of model.device, cuda:0,cuda:1,cuda:2, got encoder.block.0-2=cuda:7",
        "balanced | must be auto, sequential or ranges such as encoder.block.0-31=cuda:0, got balanced",
      })
  void rangesThatAreNoneAreRefused(String text, String why) {
    assertThatThrownBy(() -> DeviceMap.parse(text, DEVICES).place(3, 2, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot open model: model.device-map must")
        .hasMessageContaining(why);
  }

  @Test
  void cachesAreBoundedByTheDeviceWithTheLeastForItsBlocks() {
    LayerPlacement placement =
        new LayerPlacement(List.of("cuda:0", "cuda:1"), List.of(0, 0, 0, 0, 1, 1, 1, 1));
    // One block of four is on the first device, three on the second.
    assertThat(placement.cacheBytes(2, 4, device -> device.equals("cuda:0") ? 50 : 300))
        .isEqualTo(200);
    assertThat(placement.cacheBytes(2, 4, device -> device.equals("cuda:0") ? 500 : 30))
        .isEqualTo(40);
  }
}
