package io.flanstream.model.djl;

import io.flanstream.model.device.DeviceMap;

/** How the program computes. Both branches run on the CPU, where tests hold them to one another. */
enum ProgramBranch {
  /** Weights where they are mapped, and the kernels that take the least time on the CPU. */
  CPU,
  /** Few kernel launches: weights that share an input are one matrix on the device. */
  CUDA;

  /** The branch for a model whose layers lie there. */
  static ProgramBranch of(DeviceMap map) {
    return map.devices().stream().allMatch("cpu"::equals) ? CPU : CUDA;
  }
}
