package io.flanstream.jobs.plan;

import java.util.Locale;

/**
 * Devices by name, with the figures of their makers' data sheets: dense bfloat16 operations, not
 * the sparse ones, and memory in decimal bytes.
 */
public enum DeviceKind {
  /** NVIDIA H200 SXM. */
  H200(141, 989, 4800),
  /** NVIDIA H100 SXM. */
  H100_SXM(80, 989, 3350),
  /** NVIDIA H100 PCIe. */
  H100_PCIE(80, 756, 2000),
  /** NVIDIA A100 SXM with 80 GB. */
  A100_80GB(80, 312, 2039),
  /** NVIDIA L40S. */
  L40S(48, 362, 864);

  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  private final int gigabytes;
  private final int teraflops;
  private final int gigabytesPerSecond;

  DeviceKind(int gigabytes, int teraflops, int gigabytesPerSecond) {
    this.gigabytes = gigabytes;
    this.teraflops = teraflops;
    this.gigabytesPerSecond = gigabytesPerSecond;
  }

  /** Bytes of memory. */
  public double memory() {
    return gigabytes * GIGA;
  }

  /** Operations a second at most. */
  public double flops() {
    return teraflops * TERA;
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
