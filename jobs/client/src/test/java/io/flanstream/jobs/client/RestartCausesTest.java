package io.flanstream.jobs.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartCausesTest {
  private final RestartCauses causes = new RestartCauses();

  @Test
  void saysACauseAtItsThirdRestart() {
    assertThat(causes.add(1, "Invalid value lz5 at 10:00:01")).isEmpty();
    assertThat(causes.add(2, "broker away")).isEmpty();
    assertThat(causes.add(3, "Invalid value lz5 at 10:00:02")).isEmpty();
    assertThat(causes.add(3, "Invalid value lz5 at 10:00:02")).as("known").isEmpty();
    assertThat(causes.add(4, "Invalid value lz5 at 10:00:09"))
        .hasValue("Flink has restarted the job 3 times for this: Invalid value lz5 at 10:00:09");
    assertThat(causes.add(5, "Invalid value lz5 at 10:00:12")).isEmpty();
  }

  @Test
  void saysItAgainNowAndThen() {
    int said = 0;
    for (int restart = 1; restart <= 30; restart++) {
      said += causes.add(restart, "broker away").isPresent() ? 1 : 0;
    }
    assertThat(said).as("at 3, 10, 20 and 30").isEqualTo(4);
  }
}
