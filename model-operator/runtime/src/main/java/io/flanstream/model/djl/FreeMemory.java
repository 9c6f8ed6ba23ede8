package io.flanstream.model.djl;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory that a device has free, within the limit of the container that the process runs in. */
final class FreeMemory {
  private static final Path LINUX = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private FreeMemory() {}

  /**
   * Bytes that may be allocated.
   *
   * @param device {@code cpu} or {@code cuda:N}
   */
  static long of(String device) {
    if (device.startsWith("cuda")) {
      int index = device.equals("cuda") ? 0 : Integer.parseInt(device.substring(5));
      MemoryUsage usage = CudaUtils.getGpuMemory(Device.gpu(index));
      return usage.getMax() - usage.getCommitted();
    }
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long container = ControlGroup.freeBytes(Path.of("/")).orElse(Long.MAX_VALUE);
    return Math.min(Math.min(available(system), system.getTotalMemorySize()), container);
  }

  /** What the kernel can give without swapping, the pages of mapped weights included. */
  private static long available(OperatingSystemMXBean system) {
    try (Stream<String> lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.startsWith(AVAILABLE))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseGet(system::getFreeMemorySize);
    } catch (IOException e) {
      return system.getFreeMemorySize();
    }
  }
}
