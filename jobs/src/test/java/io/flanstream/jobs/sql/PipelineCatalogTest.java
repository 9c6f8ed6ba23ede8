package io.flanstream.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.jobs.pipeline.Position;
import java.nio.file.Path;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
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

  private static Pipeline pipeline(String name) {
    return PipelineFile.parse(
        """
        name: %s
        kafka: { bootstrap-servers: "localhost:9092" }
        source: { topic: messages }
        model: { path: models/mini }
        tasks: [ { name: intent, type: classification, labels: [a, b] } ]
        sink: { topic: enriched }
        dead-letters: { topic: dead-letters }
        """
            .formatted(name),
        "test.yaml",
        Path.of(""));
  }
}
