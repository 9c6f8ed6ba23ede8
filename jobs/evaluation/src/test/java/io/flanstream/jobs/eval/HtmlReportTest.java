package io.flanstream.jobs.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.PipelineFile;
import io.flanstream.schemas.Alternative;
import io.flanstream.schemas.Classification;
import io.flanstream.schemas.EnrichedEvent;
import io.flanstream.schemas.ModelInfo;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What a text or a label says stays text on the page. */
class HtmlReportTest {
  private static final String TEXT = "</td><script>alert(\"1\")</script> & ' ]]> \u0001 \u2028 😀";
  private static final String LABEL = "<img src=x onerror='alert(1)'>";

  @TempDir private Path directory;

  @Test
  void hostileTextsAndLabelsStayText() throws Exception {
    Pipeline pipeline =
        PipelineFile.parse(
            """
            name: support
            kafka: { bootstrap-servers: "127.0.0.1:9092" }
            source: { topic: messages }
            model: { path: model }
            tasks:
              - name: intent
                type: classification
                labels: [other, "<img src=x onerror='alert(1)'>"]
            sink: { topic: enriched }
            dead-letters: { topic: dead }
            """,
            "pipeline.yaml",
            directory);
    Path file = directory.resolve("labelled.jsonl");
    Files.writeString(
        file,
        new JsonMapper()
            .writeValueAsString(
                Map.of("id", "a", "text", TEXT, "gold", Map.of("intent", "other"))));
    LabelledTexts labelled =
        LabelledFile.read(file, pipeline, LineForm.SOURCE, OffsetUnit.CODEPOINTS);
    Answer answer = new Answer(labelled.texts().get(0), event(), null);
    StringWriter page = new StringWriter();

    HtmlReport.write(Evaluation.of(pipeline, labelled, List.of(answer)), page);

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page.toString())));
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("img").getLength()).isZero();
    assertThat(document.getDocumentElement().getTextContent())
        .contains(TEXT.replace('\u0001', '\uFFFD'), LABEL);
  }

  private static EnrichedEvent event() {
    return new EnrichedEvent(
        "a",
        Instant.EPOCH,
        null,
        Map.of(),
        null,
        List.of(
            new Classification(
                "intent", LABEL, 0.9, List.of(new Alternative(LABEL, 0.9, null)), false)),
        List.of(),
        List.of(),
        null,
        new ModelInfo("mini", "00", "float32", "1"),
        null);
  }
}
