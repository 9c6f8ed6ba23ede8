package io.flanstream.model.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.flanstream.model.checkpoint.StoredType;
import java.time.Duration;

/**
 * What a device can do at best, measured: the figures that a model's are shares of.
 *
 * <p>Holds some hundred megabytes of the device while it measures. Not thread-safe; owned by the
 * caller.
 */
public final class DeviceProbe implements AutoCloseable {
  private static final Duration LENGTH = Duration.ofMillis(800);
  private static final int CPU_SIDE = 1024;
  private static final int CUDA_SIDE = 8192;
  private static final int CPU_MATRIX_BYTES = 1 << 28;
  private static final long CUDA_MATRIX_BYTES = 1L << 31;
  private static final int LAUNCHES = 1000;

  private final NDManager manager;
  private final boolean cuda;

  private DeviceProbe(NDManager manager, boolean cuda) {
    this.manager = manager;
    this.cuda = cuda;
  }

  /**
   * Opens a device.
   *
   * @param device {@code cpu} or {@code cuda:N}
   * @param threads threads of a call on the CPU; 0 for one for each core
   * @throws IllegalArgumentException if the device is not there
   */
  public static DeviceProbe open(String device, int threads) {
    DjlDevice.checkDevice(device);
    boolean cuda = device.startsWith("cuda");
    Engine engine = Engine.getEngine("PyTorch");
    if (!cuda) {
      JniUtils.setNumThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    }
    return new DeviceProbe(
        engine.newBaseManager(cuda ? Device.gpu(index(device)) : Device.cpu()), cuda);
  }

  private static int index(String device) {
    return device.equals("cuda") ? 0 : Integer.parseInt(device.substring("cuda:".length()));
  }

  /** Version of libtorch, and the device, for people. */
  public String title() {
    return "%s %s on %s"
        .formatted(
            manager.getEngine().getEngineName(),
            manager.getEngine().getVersion(),
            cuda ? manager.getDevice() : "cpu");
  }

  /** Whether the device is the CPU. */
  public boolean isCpu() {
    return !cuda;
  }

  /** Operations a second of a product of square matrices; a multiplication with addition is two. */
  public double flops(StoredType type) {
    int side = cuda ? CUDA_SIDE : CPU_SIDE;
    return 2.0 * side * side * side * productsPerSecond(type, side, side, side);
  }

  /** Bytes a second of a matrix that is read once, for its product with a vector. */
  public double bytesPerSecond(StoredType type) {
    long bytes = cuda ? CUDA_MATRIX_BYTES : CPU_MATRIX_BYTES;
    int columns = 4096;
    return bytes * productsPerSecond(type, bytes / columns / type.bytes(), columns, 1);
  }

  /** Products of two matrices of ones, {@code [rows, inner]} and {@code [inner, columns]}. */
  private double productsPerSecond(StoredType type, long rows, long inner, long columns) {
    try (ProbeProgram program = ProbeProgram.compile()) {
      String device = cuda ? "cuda:" + manager.getDevice().getDeviceId() : "cpu";
      program.hold(rows, inner, type, device);
      program.hold(inner, columns, type, device);
      return perSecond(program::multiply, 1);
    }
  }

  /** Operations on a single number a second, one after the other. */
  public double launchesPerSecond() {
    try (NDManager measured = manager.newSubManager();
        NDArray number = measured.ones(new Shape(1, 1))) {
      return perSecond(
          () -> {
            for (int i = 0; i < LAUNCHES; i++) {
              number.addi(1);
            }
            // The device is done when the number is here.
            var unused = number.toFloatArray();
          },
          LAUNCHES);
    }
  }

  /** Bytes of the device that are free. */
  public long freeBytes() {
    return FreeMemory.of(cuda ? "cuda:" + manager.getDevice().getDeviceId() : "cpu");
  }

  /**
   * Takes memory of the device until it is closed.
   *
   * @param bytes how much
   */
  public TakenMemory take(long bytes) {
    NDManager holding = manager.newSubManager();
    try {
      for (long left = bytes; left > 0; left -= CUDA_MATRIX_BYTES) {
        var unused = holding.zeros(new Shape(Math.min(left, CUDA_MATRIX_BYTES)), DataType.UINT8);
      }
      return holding::close;
    } catch (RuntimeException e) {
      holding.close();
      throw e;
    }
  }

  /** How often a second, where a computation does something so many times. */
  private double perSecond(Runnable computed, int times) {
    computed.run();
    long done = 0;
    long begun = System.nanoTime();
    long elapsed = 0;
    while (elapsed < LENGTH.toNanos()) {
      computed.run();
      done += times;
      elapsed = System.nanoTime() - begun;
    }
    return done * 1e9 / elapsed;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** Memory that is given back when this is closed. */
  @FunctionalInterface
  public interface TakenMemory extends AutoCloseable {
    @Override
    void close();
  }
}
