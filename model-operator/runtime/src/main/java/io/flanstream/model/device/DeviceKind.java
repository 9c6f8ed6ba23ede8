package io.flanstream.model.device;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Devices by name, with the figures of their makers' data sheets: dense operations, not the sparse
 * ones, and memory in decimal bytes.
 */
public enum DeviceKind {
  /** NVIDIA H200 SXM. */
  H200(141, 989, 1979, 4800, "H200"),
  /** NVIDIA H100 SXM. */
  H100_SXM(80, 989, 1979, 3350, "H100 80GB HBM3"),
  /** NVIDIA H100 PCIe. */
  H100_PCIE(80, 756, 1513, 2000, "H100 PCIe"),
  /** NVIDIA A100 SXM with 80 GB. */
  A100_80GB(80, 312, 624, 2039, "A100-SXM4-80GB"),
  /** NVIDIA A100 SXM with 40 GB. */
  A100_40GB(40, 312, 624, 1555, "A100-SXM4-40GB"),
  /** NVIDIA L40S. */
  L40S(48, 362, 733, 864, "L40S"),
  /** NVIDIA A10G. */
  A10G(24, 70, 140, 600, "A10G"),
  /** NVIDIA L4. */
  L4(24, 121, 242, 300, "L4"),
  /** NVIDIA GeForce RTX 4090. */
  RTX_4090(24, 165, 661, 1008, "GeForce RTX 4090");

  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  private final int gigabytes;
  private final int teraflops;
  private final int int8Teraops;
  private final int gigabytesPerSecond;
  private final String model;

  DeviceKind(int gigabytes, int teraflops, int int8Teraops, int gigabytesPerSecond, String model) {
    this.gigabytes = gigabytes;
    this.teraflops = teraflops;
    this.int8Teraops = int8Teraops;
    this.gigabytesPerSecond = gigabytesPerSecond;
    this.model = model;
  }

  /** The device that NVIDIA's driver names so, such as {@code NVIDIA A10G}. */
  public static Optional<DeviceKind> ofModel(String title) {
    return Arrays.stream(values()).filter(kind -> title.endsWith(" " + kind.model)).findFirst();
  }

  /** Bytes of memory. */
  public double memory() {
    return gigabytes * GIGA;
  }

  /** Operations a second at most, in bfloat16. */
  public double flops() {
    return teraflops * TERA;
  }

  /** Operations a second at most, of 8-bit integers. */
  public double int8Ops() {
    return int8Teraops * TERA;
  }

  /** Bytes of memory read a second at most. */
  public double bandwidth() {
    return gigabytesPerSecond * GIGA;
  }

  /** The name in a command. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
