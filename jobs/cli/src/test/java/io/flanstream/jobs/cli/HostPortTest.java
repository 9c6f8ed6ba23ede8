package io.flanstream.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @Test
  void isWithAndWithoutTls() {
    HostPort plain = HostPort.parse("jobmanager:8081");
    assertThat(plain).isEqualTo(new HostPort("jobmanager", 8081, false));
    assertThat(plain).hasToString("jobmanager:8081");
    assertThat(plain.webPage()).isEqualTo("http://jobmanager:8081");
    HostPort tls = HostPort.parse("https://[::1]:443");
    assertThat(tls).isEqualTo(new HostPort("[::1]", 443, true));
    assertThat(tls).hasToString("https://[::1]:443");
    assertThat(tls.webPage()).isEqualTo("https://[::1]:443");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        ":1",
        "host:",
        "host:99999",
        "http://host:1",
        "https://host",
        "https://host:1/"
      })
  void isNothingElse(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .hasMessage("must be host:port or https://host:port, got " + text);
  }
}
