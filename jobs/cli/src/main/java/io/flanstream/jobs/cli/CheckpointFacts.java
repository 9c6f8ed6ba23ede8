package io.flanstream.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointTokenizer;
import io.flanstream.model.checkpoint.Decision;
import io.flanstream.model.checkpoint.StoredTensor;
import io.flanstream.model.checkpoint.T5Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What there is to say about a checkpoint.
 *
 * @param directory where it is
 * @param config its shape
 * @param ownHead whether the output head is stored apart from the embedding
 * @param dtype how its numbers are stored
 * @param tensors number of tensors
 * @param parameters number of numbers
 * @param bytes size of the weights
 * @param files number of files that hold them
 * @param weightsHash hash of the weights
 * @param pieces pieces of the tokenizer
 * @param decisions what the files leave open, as it was decided
 * @param warnings where the files contradict one another
 */
record CheckpointFacts(
    String directory,
    T5Config config,
    boolean ownHead,
    String dtype,
    int tensors,
    long parameters,
    long bytes,
    long files,
    String weightsHash,
    int pieces,
    List<Decision> decisions,
    List<String> warnings) {
  private static final JsonMapper MAPPER = new JsonMapper();

  static CheckpointFacts of(Checkpoint checkpoint) {
    CheckpointTokenizer tokenizer = CheckpointTokenizer.open(checkpoint.directory());
    List<String> pieces = tokenizer.file().pieces();
    List<String> warnings = new ArrayList<>(checkpoint.warnings());
    int rows = checkpoint.config().vocabSize();
    if (pieces.size() > rows) {
      warnings.add(
          "%s has %s tokens, but the embedding has %s rows: a prompt with %s, or a token behind it, is refused"
              .formatted(tokenizer.source().getFileName(), pieces.size(), rows, pieces.get(rows)));
    }
    return new CheckpointFacts(
        checkpoint.directory().toString(),
        checkpoint.config(),
        checkpoint.head().isPresent(),
        checkpoint.tensors().values().stream()
            .map(tensor -> tensor.dtype().title())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", ")),
        checkpoint.tensors().size(),
        checkpoint.tensors().values().stream().mapToLong(StoredTensor::elements).sum(),
        checkpoint.tensors().values().stream().mapToLong(StoredTensor::bytes).sum(),
        checkpoint.tensors().values().stream().map(StoredTensor::file).distinct().count(),
        checkpoint.weightsHash(),
        pieces.size(),
        checkpoint.decisions(),
        List.copyOf(warnings));
  }

  /** One line each, for people. */
  Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("checkpoint", directory);
    lines.put("family", config.family().modelType());
    lines.put(
        "layers",
        "%s encoder, %s decoder".formatted(config.encoderLayers(), config.decoderLayers()));
    lines.put(
        "width",
        "d_model %s, d_ff %s, %s heads of %s"
            .formatted(config.dModel(), config.dFf(), config.heads(), config.dKv()));
    lines.put("activation", activation());
    lines.put(
        "relative positions",
        "%s buckets, to distance %s".formatted(config.buckets(), config.maxDistance()));
    lines.put(
        "output",
        "%s, %s"
            .formatted(
                ownHead ? "a head of its own" : "the embedding",
                config.scaledOutput() ? "scaled by d_model^-0.5" : "not scaled"));
    lines.put(
        "vocabulary",
        String.format(Locale.ROOT, "%,d pieces, %,d rows", pieces, config.vocabSize()));
    lines.put(
        "token ids",
        "start %s, end %s, pad %s"
            .formatted(
                config.startId(),
                config.endIds().stream().map(String::valueOf).collect(Collectors.joining(" or ")),
                config.padId()));
    lines.put("parameters", String.format(Locale.ROOT, "%,d in %,d tensors", parameters, tensors));
    lines.put(
        "weights",
        String.format(
            Locale.ROOT,
            "%s, %,d bytes in %s %s",
            dtype,
            bytes,
            files,
            files == 1 ? "file" : "files"));
    lines.put("weights hash", weightsHash);
    decisions.forEach(decision -> lines.put(decision.subject(), title(decision)));
    for (int i = 0; i < warnings.size(); i++) {
      lines.put(warnings.size() == 1 ? "warning" : "warning " + (i + 1), warnings.get(i));
    }
    return lines;
  }

  private static String title(Decision decision) {
    return "%s: %s%s"
        .formatted(
            decision.choice(),
            decision.reason(),
            decision.transformers4().map("; transformers 4.x: "::concat).orElse(""));
  }

  /** All of it, for machines. */
  ObjectNode json() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("directory", directory);
    ObjectNode shape = json.putObject("config");
    shape.put("family", config.family().modelType());
    shape.put("dModel", config.dModel());
    shape.put("dKv", config.dKv());
    shape.put("dFf", config.dFf());
    shape.put("heads", config.heads());
    shape.put("encoderLayers", config.encoderLayers());
    shape.put("decoderLayers", config.decoderLayers());
    shape.put("vocabSize", config.vocabSize());
    shape.put("relativePositionBuckets", config.buckets());
    shape.put("relativePositionMaxDistance", config.maxDistance());
    shape.put("activation", activation());
    shape.put("scaledOutput", config.scaledOutput());
    shape.put("headOfItsOwn", ownHead);
    shape.put("startId", config.startId());
    config.endIds().forEach(shape.putArray("endIds")::add);
    shape.put("padId", config.padId());
    json.put("dtype", dtype);
    json.put("parameters", parameters);
    json.put("tensors", tensors);
    json.put("bytes", bytes);
    json.put("files", files);
    json.put("weightsHash", weightsHash);
    json.put("vocabulary", pieces);
    ArrayNode decided = json.putArray("decisions");
    for (Decision decision : decisions) {
      decided
          .addObject()
          .put("subject", decision.subject())
          .put("choice", decision.choice())
          .put("reason", decision.reason())
          .put("transformers4", decision.transformers4().orElse(null));
    }
    warnings.forEach(json.putArray("warnings")::add);
    return json;
  }

  private String activation() {
    String name = config.activation().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return config.gated() ? "gated " + name : name;
  }
}
