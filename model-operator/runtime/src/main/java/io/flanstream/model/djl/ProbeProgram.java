package io.flanstream.model.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.flanstream.model.checkpoint.StoredType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The compiled program {@code probe.py}. Owns the module and its matrices; {@link #close()} frees
 * both. Not thread-safe.
 */
final class ProbeProgram implements AutoCloseable {
  private final Model model;

  private ProbeProgram(Model model) {
    this.model = model;
  }

  static ProbeProgram compile() {
    Model model = Model.newInstance("probe", Device.cpu(), "PyTorch");
    try (InputStream source = ProbeProgram.class.getResourceAsStream("probe.py")) {
      byte[] archive =
          new ProgramArchive("Probe", new String(source.readAllBytes(), StandardCharsets.UTF_8))
              .attribute("matrices", new ProgramArchive.EmptyList("List[Tensor]"))
              .bytes();
      model.load(new ByteArrayInputStream(archive));
      return new ProbeProgram(model);
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("Cannot compile the probe", e);
    }
  }

  /** Lays a matrix of ones on a device. */
  void hold(long rows, long columns, StoredType type, String device) {
    call(
        "hold",
        IValue.from(rows),
        IValue.from(columns),
        IValue.from(WeightLoader.scalarType(type)),
        IValue.from(device));
  }

  /** Multiplies the two matrices, and waits for the device. */
  void multiply() {
    call("multiply");
  }

  private void call(String method, IValue... inputs) {
    try (IValue result = IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), method, inputs)) {
      var unused = result.toLong();
    } finally {
      Arrays.stream(inputs).forEach(IValue::close);
    }
  }

  @Override
  public void close() {
    call("release");
    model.close();
  }
}
