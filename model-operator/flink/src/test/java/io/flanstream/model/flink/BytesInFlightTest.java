package io.flanstream.model.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytesInFlightTest {
  private final BytesInFlight bytes = new BytesInFlight(100);

  @Test
  void admitsWhatThereIsCapacityFor() {
    bytes.take(60);
    assertThat(bytes.fits(40)).isTrue();
    assertThat(bytes.fits(41)).isFalse();

    bytes.take(40);
    bytes.giveBack(60);

    assertThat(bytes.taken()).isEqualTo(40);
    assertThat(bytes.fits(60)).isTrue();
  }

  @Test
  void admitsWhatIsLargerThanAllAlone() {
    assertThat(bytes.fits(1000)).isTrue();
    bytes.take(1000);
    assertThat(bytes.fits(1)).isFalse();

    bytes.giveBack(1000);

    assertThat(bytes.fits(1)).isTrue();
  }
}
