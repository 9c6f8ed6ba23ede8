package io.flanstream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayUrlTest {

  @Test
  void namesGatewayDatabaseAndOptions() throws SQLException {
    GatewayUrl url =
        GatewayUrl.parse(
            "jdbc:flanstream://127.0.0.1:8083/support-triage/live?table.local-time-zone=Asia%2FTokyo");
    assertThat(url.address()).isEqualTo(URI.create("http://127.0.0.1:8083"));
    assertThat(url.catalog()).contains("support-triage");
    assertThat(url.database()).contains("live");
    assertThat(url.options()).containsEntry("table.local-time-zone", "Asia/Tokyo").hasSize(1);
    assertThat(GatewayUrl.parse("jdbc:flanstream://gateway:1/").catalog()).isEmpty();
    assertThat(GatewayUrl.parse("jdbc:flanstream:https://gateway:1/shop").address())
        .isEqualTo(URI.create("https://gateway:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:flanstream://",
        "jdbc:flanstream://gateway",
        "jdbc:flanstream:https://gateway",
        "jdbc:flanstream://gateway:1/a/b/c",
        "jdbc:flanstream://gateway:1?=1"
      })
  void malformedUrlIsAnError(String url) {
    assertThatThrownBy(() -> GatewayUrl.parse(url))
        .isInstanceOf(SQLException.class)
        .hasMessage(
            "Cannot connect: the URL must be"
                + " jdbc:flanstream:[https:]//HOST:PORT[/CATALOG[/DATABASE]][?KEY=VALUE], got "
                + url);
  }
}
