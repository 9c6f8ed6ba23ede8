package io.flanstream.model.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.flanstream.model.checkpoint.T5Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The compiled program {@code t5.py} and the way into it.
 *
 * <p>Owns the module and, through it, the weights; {@link #close()} frees both. Results are
 * attached to the manager that the caller passes, who closes it. Inputs are freed before a call
 * returns.
 */
final class T5Program implements AutoCloseable {
  private final PtModel model;
  private final PtSymbolBlock block;
  private final int pieces;
  private final int heads;

  private T5Program(PtModel model, int pieces, int heads) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.pieces = pieces;
    this.heads = heads;
  }

  /** The program's text. */
  static String source() {
    try (InputStream stream = T5Program.class.getResourceAsStream("t5.py")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles the program for a config.
   *
   * @param source the program's text
   * @param config the model's shape
   * @param pieces pieces of the vocabulary: embedding rows beyond them are never written
   * @param branch how it computes
   */
  static T5Program compile(String source, T5Config config, int pieces, ProgramBranch branch) {
    int writable = Math.min(pieces, config.vocabSize());
    byte[] archive =
        new ProgramArchive("T5", source)
            .attribute("files", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("factors", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("adapted", new ProgramArchive.EmptyList("List[int]"))
            .attribute("scales", new ProgramArchive.EmptyList("List[float]"))
            .attribute("w", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("kinds", new ProgramArchive.EmptyList("List[int]"))
            .attribute("places", new ProgramArchive.EmptyList("List[int]"))
            .attribute("cuts", new ProgramArchive.EmptyList("List[int]"))
            .attribute("prepacked", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute(
                "int8",
                new ProgramArchive.EmptyList(
                    "List[__torch__.torch.classes.quantized.LinearPackedParamsBase]"))
            .attribute("levels", Int8Levels.ofThisProcessor())
            .attribute("cross", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("paddings", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("cache", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("slots", new ProgramArchive.EmptyList("List[int]"))
            .attribute("spans", new ProgramArchive.EmptyList("List[int]"))
            .attribute("past", new ProgramArchive.EmptyList("List[Tensor]"))
            .attribute("cuda", branch == ProgramBranch.CUDA)
            .attribute("encoder_layers", config.encoderLayers())
            .attribute("decoder_layers", config.decoderLayers())
            .attribute("heads", config.heads())
            .attribute("d_kv", config.dKv())
            .attribute("buckets", config.buckets())
            .attribute("max_distance", config.maxDistance())
            .attribute("pieces", writable)
            .attribute("epsilon", config.epsilon())
            .attribute(
                "output_scale", config.scaledOutput() ? Math.pow(config.dModel(), -0.5) : 1.0)
            .attribute("activation", activation(config.activation()))
            .attribute("gated", config.gated())
            .attribute("bias_in_every_block", config.family().hasBiasInEveryBlock())
            .bytes();
    PtModel model = (PtModel) ai.djl.Model.newInstance("t5", Device.cpu(), "PyTorch");
    try {
      model.load(new ByteArrayInputStream(archive), false);
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalStateException("Cannot compile the T5 program", e);
    }
    return new T5Program(model, writable, config.heads());
  }

  private static String activation(T5Config.Activation activation) {
    return switch (activation) {
      case RELU -> "relu";
      case SILU -> "silu";
      case GELU -> "gelu";
      case GELU_NEW -> "gelu_new";
    };
  }

  /** Pieces that can be written. */
  int pieces() {
    return pieces;
  }

  /** Heads of an attention. */
  int heads() {
    return heads;
  }

  /** Manager of what lives as long as the program. */
  NDManager manager() {
    return model.getNDManager();
  }

  /** Calls a method whose result is an integer. */
  long callForLong(String method, IValue... inputs) {
    try (IValue result = call(method, inputs)) {
      return result.toLong();
    }
  }

  /** Calls a method whose result is a tensor. */
  NDArray callForTensor(NDManager manager, String method, IValue... inputs) {
    try (IValue result = call(method, inputs)) {
      return result.toTensor((PtNDManager) manager);
    }
  }

  /** Calls a method whose result is a list of tensors. */
  NDList callForTensors(NDManager manager, String method, IValue... inputs) {
    try (IValue result = call(method, inputs)) {
      return result.toNDList((PtNDManager) manager);
    }
  }

  private IValue call(String method, IValue... inputs) {
    // The profiling executor recompiles for each new shape, and ragged batches are all new shapes.
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return IValueUtils.runMethod(block, method, inputs);
    } finally {
      Arrays.stream(inputs).forEach(IValue::close);
    }
  }

  /** A matrix of 64-bit integers as an input, {@code [rows, columns]}. */
  static IValue matrix(NDManager manager, long[] values, int rows, int columns) {
    return tensor(manager.create(values, new Shape(rows, columns)));
  }

  /** A vector of 64-bit integers as an input. */
  static IValue vector(NDManager manager, int[] values) {
    return tensor(manager.create(Arrays.stream(values).asLongStream().toArray()));
  }

  /** A tensor as an input. */
  static IValue tensor(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  /** A list of tensors as an input. */
  static IValue tensors(NDList list) {
    return IValue.listFrom(list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  @Override
  public void close() {
    model.close();
  }
}
