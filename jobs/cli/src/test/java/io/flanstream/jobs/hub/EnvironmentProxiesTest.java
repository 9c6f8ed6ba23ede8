package io.flanstream.jobs.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {
  private static final URI HUB = URI.create("https://huggingface.co/api/models");

  @Test
  void theSchemeDecides() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of("HTTPS_PROXY", "http://secure:3128/", "http_proxy", "plain:8080"));
    assertThat(proxies.select(HUB))
        .containsExactly(
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("secure", 3128)));
    assertThat(proxies.select(URI.create("http://mirror/a")))
        .containsExactly(
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("plain", 8080)));
    assertThat(new EnvironmentProxies(Map.of()).select(HUB)).containsExactly(Proxy.NO_PROXY);
    assertThat(new EnvironmentProxies(Map.of("ALL_PROXY", "http://any")).proxy(HUB))
        .contains(URI.create("http://any:80"));
  }

  @Test
  void aPasswordIsShownToTheProxyAlone() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of("HTTPS_PROXY", "http://me:secret%21@proxy:3128", "NO_PROXY", "localhost"));
    assertThat(proxies.credentials(HUB)).contains("Basic bWU6c2VjcmV0IQ==");
    assertThat(proxies.credentials(URI.create("https://localhost/"))).isEmpty();
    assertThat(proxies.proxy(HUB)).contains(URI.create("http://proxy:3128"));
  }

  @ParameterizedTest
  @CsvSource({
    "*, true",
    "huggingface.co, true",
    "'localhost, .huggingface.co', true",
    "HUGGINGFACE.CO, true",
    "co, true",
    "face.co, false",
    "huggingface.co:443, true",
    "huggingface.co:80, false",
    "'', false",
    "10.0.0.0/8, false",
  })
  void exceptionsAreThoseOfCurl(String exceptions, boolean direct) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", exceptions));
    assertThat(proxies.proxy(HUB).isEmpty()).isEqualTo(direct);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.0.0.0/8, true",
    "11.1.2.3, 10.0.0.0/8, false",
    "192.168.1.77, 192.168.1.64/26, true",
    "192.168.1.177, 192.168.1.64/26, false",
    "127.0.0.1, 127.0.0.1, true",
    "[::1], ::1, true",
  })
  void addressesAreExceptedByNetwork(String host, String exceptions, boolean direct) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(Map.of("http_proxy", "proxy:1", "no_proxy", exceptions));
    assertThat(proxies.proxy(URI.create("http://" + host + "/")).isEmpty()).isEqualTo(direct);
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://me:secret@proxy:1080, socks5://***@proxy:1080",
    "https://proxy:443, https://proxy:443",
    "http://, http://",
    "me:secret@a b:3, ***@a b:3",
  })
  void whatIsNoProxyIsRefusedWithoutItsPassword(String value, String said) {
    EnvironmentProxies proxies = new EnvironmentProxies(Map.of("HTTPS_PROXY", value));
    assertThatThrownBy(() -> proxies.proxy(HUB))
        .hasMessage("Cannot use proxy: HTTPS_PROXY must be http://host:port, got %s", said);
  }
}
