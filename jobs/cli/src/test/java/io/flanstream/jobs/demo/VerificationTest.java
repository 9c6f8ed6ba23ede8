package io.flanstream.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.demo.Results.Keyed;
import io.flanstream.schemas.DeadLetter;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.Fidelity;
import io.flanstream.schemas.ModelInfo;
import io.flanstream.schemas.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final List<Message> SENT =
      List.of(new Message("m-0001", "good"), new Message("m-0002", "bad"));
  private static final Map<String, Expected> EXPECTED =
      Map.of(
          "m-0001", new Expected(null, "thanks", Set.of()),
          "m-0002", new Expected("VALIDATE EMPTY_TEXT", null, Set.of()));

  private final Results results = new Results();

  @Test
  void holdsWhereEveryMessageIsWhereItShouldBe() {
    enriched("m-0001");
    deadLetter("m-0002", "EMPTY_TEXT");
    assertThat(violations()).isEmpty();
  }

  @Test
  void seesWhatIsRepeatedMissingOrOutOfPlace() {
    enriched("m-0001");
    enriched("m-0001");
    enriched("m-0009");
    deadLetter("m-0001", "EMPTY_TEXT");
    assertThat(violations())
        .containsExactly(
            "1 twice in enriched: m-0001",
            "1 in enriched and in the dead letters: m-0001",
            "1 sent and nowhere: m-0002",
            "1 never sent: m-0009",
            "1 malformed and no dead letter: m-0002",
            "1 well formed and a dead letter: m-0001");
  }

  @Test
  void seesAWrongCode() {
    enriched("m-0001");
    deadLetter("m-0002", "MISSING_TEXT");
    assertThat(violations())
        .containsExactly(
            "m-0002 is a dead letter for VALIDATE MISSING_TEXT, expected VALIDATE EMPTY_TEXT");
  }

  private List<String> violations() {
    return Verification.of(SENT, EXPECTED, results).violations();
  }

  private void enriched(String id) {
    results
        .enriched()
        .add(
            new Keyed<>(
                id,
                EnrichedEvent.newBuilder()
                    .setId(id)
                    .setEventTime(Instant.EPOCH)
                    .setSource(new Source("messages", 0, 0L))
                    .setClassifications(List.of())
                    .setExtractions(List.of())
                    .setStatus(List.of())
                    .setFidelity(new Fidelity(1, 0, 0, 1))
                    .setModel(new ModelInfo("mini", "00", "float32", "v"))
                    .build()));
  }

  private void deadLetter(String id, String code) {
    results
        .deadLetters()
        .add(
            new Keyed<>(
                id,
                DeadLetter.newBuilder()
                    .setSource(new Source("messages", 0, 0L))
                    .setPayloadLength(0)
                    .setPayloadHash("")
                    .setHeaders(List.of())
                    .setStage("VALIDATE")
                    .setCode(code)
                    .setMessage("")
                    .setAttempts(1)
                    .build()));
  }
}
