package io.flanstream.jobs.calibrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.flanstream.model.checkpoint.Sha256;
import io.flanstream.model.task.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A calibration as the pipeline file takes it. */
public final class CalibrationFile {
  private static final String HEADER =
      "# Written by flanstream calibrate. Make it again when the weights or the task change.\n";
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private CalibrationFile() {}

  /**
   * The text of a file.
   *
   * @param result what was made
   * @param sample what it was made from, by name
   */
  public static String text(Calibrator.Result result, Map<String, String> sample)
      throws IOException {
    Calibration calibration = result.calibration();
    ObjectNode file = YAML.createObjectNode();
    file.put("method", result.method().name().toLowerCase(Locale.ROOT));
    file.put("scale", calibration.scale());
    ObjectNode offsets = file.putObject("offsets");
    calibration.offsets().forEach((label, offset) -> offsets.put(label, rounded(offset)));
    file.put("weights", calibration.weights());
    file.put("task", calibration.task());
    ObjectNode from = file.putObject("sample");
    sample.forEach(from::put);
    from.put("texts", result.texts());
    result.ridge().ifPresent(ridge -> from.put("ridge", ridge));
    return HEADER + YAML.writeValueAsString(file);
  }

  /** SHA-256 of a file, in lower-case hexadecimal. */
  public static String sha256(Path file) throws IOException {
    return Sha256.hex(Files.readAllBytes(file));
  }

  private static double rounded(double offset) {
    return Math.round(offset * 1e6) / 1e6;
  }
}
