package io.flanstream.jobs.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {

  @Test
  void writesBytesForPeople() {
    assertThat(ByteCount.of(999)).isEqualTo("999 bytes");
    assertThat(ByteCount.of(1000)).isEqualTo("1.0 kB");
    assertThat(ByteCount.of(39_482_000_000L)).isEqualTo("39.5 GB");
    assertThat(ByteCount.of(1L << 60)).isEqualTo("1152921.5 TB");
  }

  @ParameterizedTest
  @CsvSource({"80GB,80e9", "24 GiB,25769803776", "1.5kb,1500", "7,7", "7B,7", "2TiB,2199023255552"})
  void readsBytesOfPeople(String text, double bytes) {
    assertThat(ByteCount.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GB", "-1GB", "80 G", "8O GB", "80GBs"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> ByteCount.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read " + text);
  }
}
