package io.flanstream.jobs.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateHomeTest {
  private static final Path HOME = Path.of("/home/ann");

  @Test
  void isWhereTheEnvironmentSays() {
    assertThat(StateHome.directory(Map.of("FLANSTREAM_STATE_DIR", "/data/state"), HOME))
        .isEqualTo(Path.of("/data/state"));
  }

  @Test
  void isWhereThePlatformHasIt() {
    assertThat(StateHome.directory(Map.of(), HOME))
        .isEqualTo(Path.of("/home/ann/.local/state/flanstream"));
    assertThat(StateHome.directory(Map.of("XDG_STATE_HOME", "/var/state"), HOME))
        .isEqualTo(Path.of("/var/state/flanstream"));
    assertThat(StateHome.directory(Map.of("XDG_STATE_HOME", "not/absolute"), HOME))
        .isEqualTo(Path.of("/home/ann/.local/state/flanstream"));
  }
}
