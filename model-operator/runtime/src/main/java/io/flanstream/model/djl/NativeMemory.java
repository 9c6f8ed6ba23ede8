package io.flanstream.model.djl;

import com.sun.jna.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The C library's allocator, from which the engine takes the memory of the CPU. */
final class NativeMemory {
  private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

  private NativeMemory() {}

  /**
   * Gives free pages back to the system. After large blocks were freed, glibc keeps what is free
   * between others ({@code M_MMAP_THRESHOLD} in mallopt(3)): half as much as the weights once they
   * are packed. Other C libraries have nothing to be told.
   */
  static void trim() {
    try {
      Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
    } catch (LinkageError e) {
      LOG.debug("Free memory stays with the allocator, which has no malloc_trim", e);
    }
  }
}
