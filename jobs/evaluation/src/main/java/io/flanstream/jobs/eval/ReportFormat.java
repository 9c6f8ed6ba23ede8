package io.flanstream.jobs.eval;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** How an evaluation is shown. */
public enum ReportFormat {
  /** For people. */
  TEXT {
    @Override
    public void write(Evaluation evaluation, PrintWriter out) {
      new TextReport(out).write(evaluation);
    }
  },
  /** All figures, and every mistake, as one JSON object. */
  JSON {
    @Override
    public void write(Evaluation evaluation, PrintWriter out) throws IOException {
      out.println(MAPPER.writeValueAsString(evaluation));
    }
  };

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Writes an evaluation. */
  public abstract void write(Evaluation evaluation, PrintWriter out) throws IOException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
