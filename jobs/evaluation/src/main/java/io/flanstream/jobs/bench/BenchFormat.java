package io.flanstream.jobs.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flanstream.jobs.terminal.Style;
import io.flanstream.jobs.terminal.TextWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** How a benchmark's report is shown. */
public enum BenchFormat {
  /** For people. */
  TEXT {
    @Override
    public void write(BenchReport report, PrintWriter out) {
      BenchFigures figures = report.figures();
      LatencyFigures latency = figures.latencyMillis();
      out.println(
          Style.BOLD.out(report.model().name())
              + String.format(
                  Locale.ROOT,
                  " (%s): %s, %,d records, %s under way, opened in %.1f s",
                  report.model().dtype(),
                  report.mode(),
                  figures.records(),
                  report.inFlight(),
                  report.loadSeconds()));
      line(
          out,
          "records",
          String.format(
              Locale.ROOT, "%.2f/s, %.2f s in all", figures.recordsPerSecond(), figures.seconds()));
      line(
          out,
          "latency",
          String.format(
              Locale.ROOT,
              "p50 %.1f ms, p90 %.1f, p99 %.1f, p99.9 %.1f, max %.1f; mean %.1f, in the queue %.1f",
              latency.p50(),
              latency.p90(),
              latency.p99(),
              latency.p999(),
              latency.max(),
              latency.mean(),
              figures.meanQueueMillis()));
      phase(out, "encode", figures.encode());
      DeviceShares shares = report.shares();
      if (shares != null) {
        share(out, "TFLOP/s", 1e12, shares.encodeFlops(), shares.peakFlops());
      }
      phase(out, "score", figures.score());
      phase(out, "decode", figures.decode());
      if (shares != null && shares.decodeBytes() != null) {
        share(out, "GB/s of weights", 1e9, shares.decodeBytes(), shares.peakBytes());
      }
      if (figures.recordCost() != null) {
        line(out, "cost of a record", cost(figures.recordCost()));
      }
      line(
          out,
          "batches",
          String.format(
              Locale.ROOT,
              "%,d of %.1f records, %.1f %% padding",
              figures.batches(),
              figures.meanBatch(),
              100 * figures.paddingShare()));
      line(
          out,
          "decoder steps",
          String.format(
              Locale.ROOT, "%,d of %.1f rows", figures.decoderSteps(), figures.meanRows()));
      line(
          out,
          "joined, splits",
          String.format(Locale.ROOT, "%,d, %,d", figures.joined(), figures.splits()));
    }
  },
  /** All figures as one JSON object. */
  JSON {
    @Override
    public void write(BenchReport report, PrintWriter out) throws IOException {
      out.println(MAPPER.writeValueAsString(report));
    }
  };

  private static final int LABELS = 18;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static void phase(PrintWriter out, String name, PhaseFigures phase) {
    line(
        out,
        name,
        String.format(
            Locale.ROOT,
            "%,d tokens, %,.0f/s of its %.2f s",
            phase.tokens(),
            phase.tokensPerSecond(),
            phase.seconds()));
    if (phase.cost() != null) {
      line(
          out,
          "",
          cost(phase.cost()) + String.format(Locale.ROOT, ", %,d calls", phase.cost().points()));
    }
  }

  private static void share(
      PrintWriter out, String unit, double scale, double reached, double peak) {
    line(
        out,
        "",
        String.format(
            Locale.ROOT,
            "%.3f %s, %.2f of the device's %.3f, measured afterwards",
            reached / scale,
            unit,
            reached / peak,
            peak / scale));
  }

  private static String cost(CostFit fit) {
    return String.format(
        Locale.ROOT,
        "%.3f ms + %.2f us a token; grows as tokens^%.3f, error %.3f",
        fit.fixedMillis(),
        fit.microsPerToken(),
        fit.exponent(),
        fit.exponentError());
  }

  private static void line(PrintWriter out, String label, String value) {
    out.println(Style.DIM.out(TextWidth.left(label, LABELS)) + value);
  }

  /** Writes a report. */
  public abstract void write(BenchReport report, PrintWriter out) throws IOException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
