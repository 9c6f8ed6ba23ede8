package io.flanstream.model.djl;

import io.flanstream.model.device.DeviceException;
import java.util.List;
import java.util.Locale;

/**
 * What a failure of libtorch means, by what it says: it has no codes.
 *
 * <p>An error of CUDA that a kernel has raised is sticky: the process's context on the device is
 * gone, and every later call fails alike. Out of memory is none, whatever library says so.
 */
final class EngineFailures {
  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "cannot allocate memory",
          "cublas_status_alloc_failed",
          "cudnn_status_alloc_failed");
  private static final List<String> STICKY =
      List.of(
          "cuda error",
          "cuda driver error",
          "cuda runtime error",
          "cudnn error",
          "cublas_status_",
          "cusolver error",
          "cusparse error",
          "cufft error",
          "hip error",
          "device-side assert",
          "illegal memory access",
          "unspecified launch failure",
          "uncorrectable ecc error",
          "gpu is lost");

  private EngineFailures() {}

  /** Kind of a failure. */
  static DeviceException.Kind kind(String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    if (OUT_OF_MEMORY.stream().anyMatch(lower::contains)) {
      return DeviceException.Kind.OUT_OF_MEMORY;
    }
    return STICKY.stream().anyMatch(lower::contains)
        ? DeviceException.Kind.FATAL
        : DeviceException.Kind.FAILED;
  }
}
