package io.flanstream.jobs.eval;

import io.flanstream.jobs.pipeline.Pipeline;
import io.flanstream.jobs.pipeline.SourceValues;
import io.flanstream.jobs.terminal.CommandException;
import io.flanstream.operators.ingest.PayloadFormat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Lines that stand for records of a pipeline's source.
 *
 * @param values how the values are written that lines stand for
 * @param form how they stand for them
 */
public record SourceLines(SourceValues values, LineForm form) {

  /**
   * Lines for a pipeline.
   *
   * @param pipeline whose source they stand for
   * @param form how they stand for its values
   * @throws CommandException if values of its format cannot be lines of that form
   */
  public static SourceLines of(Pipeline pipeline, LineForm form) {
    SourceValues values = pipeline.source().values();
    PayloadFormat format = values.format();
    return switch (form) {
      case PLAIN -> new SourceLines(values.plainJson(), form);
      case BASE64 -> new SourceLines(values.as(format), form);
      case SOURCE -> {
        if (!format.isText()) {
          throw new CommandException(
              "Cannot read lines: --lines must be base64, the value of a record a line, or plain, {\"id\", \"text\"} a line, where source.format is %s"
                  .formatted(format));
        }
        yield new SourceLines(
            values.as(format == PayloadFormat.JSON_CONFLUENT ? PayloadFormat.JSON : format), form);
      }
    };
  }

  /** Whether each is a JSON object. */
  public boolean areJson() {
    return form != LineForm.BASE64 && values.format() == PayloadFormat.JSON;
  }

  /**
   * The value that a line stands for.
   *
   * @throws IllegalArgumentException if it must be Base64 and is not
   */
  public byte[] value(String line) {
    return form == LineForm.BASE64
        ? Base64.getDecoder().decode(line.strip())
        : line.getBytes(StandardCharsets.UTF_8);
  }
}
