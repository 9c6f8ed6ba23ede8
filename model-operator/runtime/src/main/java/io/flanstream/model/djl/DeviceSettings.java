package io.flanstream.model.djl;

import io.flanstream.model.device.DeviceMap;

/**
 * How a device computes.
 *
 * @param layout what weights are there
 * @param branch the branch of the program
 * @param map the device, or how layers are spread over several
 * @param threads threads of one call on the CPU; 0 for one for each core
 */
record DeviceSettings(WeightLayout layout, ProgramBranch branch, DeviceMap map, int threads) {

  /** On the CPU, in one thread. */
  static DeviceSettings cpu(WeightLayout layout, ProgramBranch branch) {
    return new DeviceSettings(layout, branch, DeviceMap.single("cpu"), 1);
  }
}
