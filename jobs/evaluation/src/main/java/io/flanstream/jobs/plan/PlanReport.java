package io.flanstream.jobs.plan;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.jobs.terminal.ByteCount;
import io.flanstream.model.checkpoint.EncoderProducts;
import io.flanstream.model.device.DeviceKind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A plan, for people and for machines.
 *
 * @param model the model
 * @param plan what it takes
 * @param device the device, where it is known by name
 * @param speed how fast the device is, where that is known
 * @param pricePerHour price of an hour of the device, where that is known
 */
public record PlanReport(
    PlannedModel model,
    Plan plan,
    Optional<DeviceKind> device,
    Optional<Speed> speed,
    Optional<Double> pricePerHour) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final double MILLION = 1e6;
  private static final int SECONDS_PER_HOUR = 3600;
  private static final double TERA = 1e12;
  private static final double GIGA = 1e9;
  private static final double HALF = 0.5;
  private static final int PERCENT = 100;
  private static final double MILLIS = 1e3;

  /** One line each. */
  public Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("weights", weights());
    if (!plan.fits()) {
      lines.put("memory", "%s: too little".formatted(ByteCount.of(plan.memory())));
      return lines;
    }
    lines.put(
        "memory",
        "%s; of what the weights leave, half for attention caches: %s"
            .formatted(ByteCount.of(plan.memory()), ByteCount.of(plan.cacheBytes())));
    lines.put("cross-attention", crossAttention());
    lines.put(
        "batch",
        String.format(
            Locale.ROOT,
            "%,d records encoded at once%s",
            plan.batch(),
            plan.workload().newTokens() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d written at once", plan.decodingRows())));
    lines.put("encoding", phase(plan.encodeFlops(), plan.encodeBytes(), plan.batch()));
    if (plan.int8()) {
      device.ifPresent(kind -> lines.put("int8", products(kind)));
    }
    if (plan.workload().labels() > 0) {
      lines.put("labels", labels());
    }
    if (plan.workload().newTokens() > 0) {
      lines.put("writing", writing());
    }
    speed.ifPresent(known -> lines.put("records/s", rate(known)));
    pricePerHour
        .flatMap(this::pricePerMillion)
        .ifPresent(price -> lines.put("price", price(price)));
    return lines;
  }

  private String weights() {
    return String.format(
        Locale.ROOT,
        "%,d numbers of %s: %s%s",
        plan.cost().parameters(),
        plan.int8()
            ? "1 byte, those of the embedding of " + plan.numberBytes()
            : plan.numberBytes() + " bytes",
        ByteCount.of(plan.weightBytes()),
        model.hasWeights() ? "" : " (from config.json alone, a head of its own assumed)");
  }

  private String crossAttention() {
    return String.format(
        Locale.ROOT,
        "%s a token, %s a record of %,d tokens: %,d records fit the caches",
        ByteCount.of(plan.bytesPerPosition()),
        ByteCount.of(plan.crossBytes()),
        plan.workload().tokens(),
        plan.recordsInCaches());
  }

  private String products(DeviceKind kind) {
    EncoderProducts products = encoderProducts();
    double quantized = products.quantizedSeconds(kind);
    double unpacked = products.unpackedSeconds(kind);
    return String.format(
        Locale.ROOT,
        "the encoder's products of %,d tokens take %.0f ms with quantised activations, %.0f ms with"
            + " unpacked weights: model.int8-activations auto %s",
        products.tokens(),
        MILLIS * quantized,
        MILLIS * unpacked,
        quantized <= unpacked ? "quantises" : "unpacks there, and quantises in the decoder");
  }

  private EncoderProducts encoderProducts() {
    return new EncoderProducts(plan.cost().config(), true, plan.limits().tokens());
  }

  private String labels() {
    Workload work = plan.workload();
    return String.format(
        Locale.ROOT,
        "%s; %,d labels of %s tokens: at most %,d trie positions",
        phase(plan.labelFlops(), plan.labelBytes(), plan.batch()),
        work.labels(),
        work.labelTokens(),
        work.triePositions());
  }

  private String writing() {
    return String.format(
        Locale.ROOT,
        "%s a record, %s moved a step of %,d records",
        operations(plan.writeFlops()),
        ByteCount.of(plan.stepBytes()),
        plan.decodingRows());
  }

  private static String phase(double flops, double bytes, long batch) {
    return "%s a record, %s moved a batch, %s a record"
        .formatted(operations(flops), ByteCount.of(bytes), ByteCount.of(bytes / batch));
  }

  private String rate(Speed known) {
    return String.format(
        Locale.ROOT,
        "%s at %.0f %% of %s/s%s and %.2f TB/s: arithmetic, not measured",
        number(recordsPerSecond(known)),
        PERCENT * known.utilisation(),
        operations(known.flops()),
        plan.int8() ? ", bfloat16's," : "",
        known.bandwidth() / TERA);
  }

  private static String number(double value) {
    return value < 10
        ? String.format(Locale.ROOT, "%.2f", value)
        : String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String price(double price) {
    return String.format(Locale.ROOT, "%,.2f for a million records", price);
  }

  private static String operations(double flops) {
    return flops < HALF * TERA
        ? String.format(Locale.ROOT, "%.2f GFLOP", flops / GIGA)
        : String.format(Locale.ROOT, "%.2f TFLOP", flops / TERA);
  }

  private double recordsPerSecond(Speed known) {
    return 1 / plan.secondsPerRecord(known);
  }

  private Optional<Double> pricePerMillion(double perHour) {
    return speed.map(known -> MILLION * plan.secondsPerRecord(known) / SECONDS_PER_HOUR * perHour);
  }

  /** All of it; bytes, operations and seconds. */
  public ObjectNode json() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("measured", false);
    json.put("parameters", plan.cost().parameters());
    json.put("weightBytes", plan.weightBytes());
    json.put("memoryBytes", plan.memory());
    json.put("fits", plan.fits());
    if (!plan.fits()) {
      return json;
    }
    json.put("cacheBytes", plan.cacheBytes());
    json.put("crossBytesPerRecord", plan.crossBytes());
    json.put("recordsInCaches", plan.recordsInCaches());
    json.put("batch", plan.batch());
    json.put("decodingRows", plan.decodingRows());
    if (plan.int8() && device.isPresent()) {
      json.put("int8QuantizedSeconds", encoderProducts().quantizedSeconds(device.get()));
      json.put("int8UnpackedSeconds", encoderProducts().unpackedSeconds(device.get()));
    }
    json.put("encodeFlopsPerRecord", plan.encodeFlops());
    json.put("encodeBytesPerBatch", plan.encodeBytes());
    json.put("triePositions", plan.workload().triePositions());
    json.put("labelFlopsPerRecord", plan.labelFlops());
    json.put("labelBytesPerBatch", plan.labelBytes());
    json.put("writeFlopsPerRecord", plan.writeFlops());
    json.put("stepBytes", plan.stepBytes());
    speed.ifPresent(known -> json.put("recordsPerSecond", recordsPerSecond(known)));
    pricePerHour
        .flatMap(this::pricePerMillion)
        .ifPresent(price -> json.put("pricePerMillionRecords", price));
    return json;
  }
}
