package io.flanstream.model.djl;

import java.util.Collection;

/** How the program computes. Both branches run on the CPU, where tests hold them to one another. */
public enum ProgramBranch {
  /** Weights where they are mapped, and the kernels that take the least time on the CPU. */
  CPU,
  /** Few kernel launches: weights that share an input are one matrix on the device. */
  CUDA;

  /**
   * Property of the Java virtual machine: {@code cuda} has a CPU compute as a GPU does, slowly, so
   * that a GPU's numbers can be looked at where there is none.
   */
  public static final String PROPERTY = "flanstream.branch";

  /**
   * The branch for a model whose layers lie there.
   *
   * @param devices {@code cpu} or {@code cuda:N}
   * @return {@link #CUDA} unless all are {@code cpu} and {@link #PROPERTY} is not set
   * @throws IllegalArgumentException if the property is neither {@code cpu} nor {@code cuda}
   */
  public static ProgramBranch of(Collection<String> devices) {
    String named = System.getProperty(PROPERTY, "cpu");
    if (!named.equals("cpu") && !named.equals("cuda")) {
      throw new IllegalArgumentException(
          "Cannot open model: -D%s must be cpu or cuda, got %s".formatted(PROPERTY, named));
    }
    return named.equals("cpu") && devices.stream().allMatch("cpu"::equals) ? CPU : CUDA;
  }
}
