package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.pipeline.Position;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineCatalogTest {

  /**
   * The first part of a path is tried as a table, too. A view of the catalog's name would be
   * resolved where another names its own table by a path, for ever.
   */
  @ParameterizedTest
  @ValueSource(strings = {"demo", "answers", "enriched", "classifications", "connection"})
  void noTableHasTheCatalogsName(String name) throws DatabaseNotExistException {
    PipelineCatalog catalog = PipelineCatalog.of(pipeline(name), new Position.Earliest());

    assertThat(catalog.getName()).isEqualTo(PipelineCatalog.name(pipeline(name)));
    for (String database : catalog.listDatabases()) {
      assertThat(catalog.listTables(database))
          .contains("enriched", "answers")
          .doesNotContain(catalog.getName());
    }
  }

  @Test
  void tablesHaveSecretsAndDoNotShowThem() throws TableNotExistException {
    PipelineCatalog first = secured("secured", "Knot-at-dawn-7");
    PipelineCatalog again = secured("secured", "Knot-at-dawn-7");
    PipelineCatalog other = secured("secured", "Plover-pair-2");

    Map<String, String> shown = options(first, "registry_connection");
    assertThat(shown)
        .containsEntry("properties.security.protocol", "SASL_SSL")
        .containsEntry("flan-avro-confluent.url", "http://localhost:8081")
        .doesNotContainKeys(
            "properties.ssl.keystore.password",
            "flan-avro-confluent.properties.basic.auth.user.info");
    assertThat(shown.toString()).doesNotContain("Knot-at-dawn-7");
    assertThat(TableSecrets.of(shown.get("pipeline")))
        .containsOnly(
            Map.entry("properties.ssl.keystore.password", "Knot-at-dawn-7"),
            Map.entry(
                "flan-avro-confluent.properties.basic.auth.user.info", "triage:Knot-at-dawn-7"));
    assertThat(TableSecrets.of(options(first, "connection").get("pipeline")))
        .containsOnly(Map.entry("properties.ssl.keystore.password", "Knot-at-dawn-7"));
    assertThat(options(again, "registry_connection")).isEqualTo(shown);
    assertThat(options(other, "registry_connection").get("pipeline"))
        .isNotEqualTo(shown.get("pipeline"));
    assertThatThrownBy(() -> TableSecrets.of("nobody"))
        .isInstanceOf(ValidationException.class)
        .hasMessage(
            "Cannot open table: 'pipeline' must be a pipeline of this process, got 'nobody'");
  }

  /** A query is not done before its consumer is closed, which waits for the last fetch. */
  @Test
  void snapshotsDoNotWaitForMoreThanThereIs() throws TableNotExistException {
    String wait = "properties.fetch.max.wait.ms";
    PipelineCatalog own =
        PipelineCatalog.of(
            pipeline("own", "{ fetch.max.wait.ms: 7 }", ""), new Position.Earliest());
    PipelineCatalog usual = PipelineCatalog.of(pipeline("usual"), new Position.Earliest());

    assertThat(options(usual, "enriched")).containsEntry(wait, "50");
    assertThat(options(own, "enriched")).containsEntry(wait, "7");
    assertThat(usual.getTable(new ObjectPath("live", "enriched")).getOptions())
        .doesNotContainKey(wait);
  }

  private static Map<String, String> options(PipelineCatalog catalog, String table)
      throws TableNotExistException {
    return catalog.getTable(new ObjectPath("snapshot", table)).getOptions();
  }

  private static PipelineCatalog secured(String name, String password) {
    String properties =
        "{ security.protocol: SASL_SSL, ssl.keystore.password: \"%s\" }".formatted(password);
    String registry =
        """
        registry:
          url: http://localhost:8081
          properties: { basic.auth.user.info: "triage:%s" }
        """
            .formatted(password);
    return PipelineCatalog.of(pipeline(name, properties, registry), new Position.Earliest());
  }

  private static Pipeline pipeline(String name) {
    return pipeline(name, "{}", "");
  }

  private static Pipeline pipeline(String name, String properties, String registry) {
    return PipelineFile.parse(
        """
        name: %s
        kafka: { bootstrap-servers: "localhost:9092", properties: %s }
        source: { topic: messages }
        model: { path: models/mini }
        tasks: [ { name: intent, type: classification, labels: [a, b] } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        """
                .formatted(name, properties)
            + registry,
        "test.yaml",
        Path.of(""));
  }
}
