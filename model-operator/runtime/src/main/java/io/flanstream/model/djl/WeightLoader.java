package io.flanstream.model.djl;

import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.CheckpointException;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.LoraUpdate;
import io.flanstream.model.checkpoint.ReadAhead;
import io.flanstream.model.checkpoint.StoredTensor;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Tensors;
import io.flanstream.model.device.LayerPlacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Binds a checkpoint's weights to the program: mapped, not copied, where the stored format is the
 * one asked for.
 */
final class WeightLoader {
  /** c10::ScalarType, PyTorch's c10/core/ScalarType.h. */
  private static final Map<StoredType, Long> SCALAR_TYPES =
      Map.of(StoredType.F32, 6L, StoredType.BF16, 15L, StoredType.F16, 5L, StoredType.F64, 7L);

  private static final long UINT8 = 0;

  /** PyTorch's number of a dtype. */
  static long scalarType(StoredType type) {
    return SCALAR_TYPES.get(type);
  }

  private final T5Program program;
  private final Checkpoint checkpoint;
  private final List<StoredTensor> weights;
  private final WeightLayout layout;
  private final long dtype;
  private final LoadTracker tracker;
  private final Map<Mapping, Long> mappings = new HashMap<>();

  private WeightLoader(
      T5Program program,
      Checkpoint checkpoint,
      List<StoredTensor> weights,
      WeightLayout layout,
      LoadTracker tracker) {
    this.program = program;
    this.checkpoint = checkpoint;
    this.weights = weights;
    this.layout = layout;
    this.dtype = scalarType(layout.dtype());
    this.tracker = tracker;
  }

  /**
   * Binds every weight. The files are read ahead of use where they fit into the memory that is
   * free.
   *
   * @param program the program
   * @param checkpoint the weights
   * @param layout what they are to be
   * @param branch how the program computes
   * @param placement where the parts go
   * @param listener is told how far it is
   */
  static void load(
      T5Program program,
      Checkpoint checkpoint,
      WeightLayout layout,
      ProgramBranch branch,
      LayerPlacement placement,
      LoadListener listener) {
    List<StoredTensor> weights = weights(checkpoint);
    List<Path> files = weights.stream().map(StoredTensor::file).distinct().toList();
    long bytes = files.stream().mapToLong(WeightLoader::size).sum();
    LoadTracker tracker = new LoadTracker(bytes, listener);
    boolean fits = bytes < FreeMemory.of("cpu");
    try (ReadAhead ahead = ReadAhead.start(fits ? files : List.of(), tracker::read)) {
      WeightLoader loader = new WeightLoader(program, checkpoint, weights, layout, tracker);
      loader.bind();
      if (branch == ProgramBranch.CUDA || layout.packing() == Packing.NONE) {
        loader.place(branch, placement);
      } else {
        loader.pack();
      }
      placement.cuts().forEach(cut -> program.callForLong("cut", IValue.from((long) cut)));
      program.callForLong("finish_loading");
      NativeMemory.trim();
      ahead.await();
      tracker.readAll();
    }
  }

  /** In the program's order, the head last. */
  static List<StoredTensor> weights(Checkpoint checkpoint) {
    List<StoredTensor> weights = new ArrayList<>();
    for (String name : T5Tensors.shapes(checkpoint.config()).keySet()) {
      weights.add(checkpoint.weight(name));
    }
    weights.add(checkpoint.head().orElse(checkpoint.weight(T5Tensors.EMBEDDING)));
    return weights;
  }

  private void bind() {
    Map<String, Long> places = new HashMap<>();
    for (int place = 0; place < weights.size(); place++) {
      LoadListener.checkNotInterrupted();
      bind("add_weight", weights.get(place));
      places.put(weights.get(place).name(), (long) place);
    }
    for (LoraUpdate update : checkpoint.updates()) {
      for (StoredTensor factor : List.of(update.a(), update.b())) {
        bind(
            "add_factor",
            factor,
            IValue.from(places.get(update.weight())),
            IValue.from(update.scale()));
      }
    }
  }

  private void place(ProgramBranch branch, LayerPlacement placement) {
    double all = weights.stream().mapToLong(StoredTensor::bytes).sum();
    long done = 0;
    Set<Integer> joined = new HashSet<>();
    for (int place = 0; place < weights.size(); place++) {
      LoadListener.checkNotInterrupted();
      int part = part(place);
      String device = placement.device(part);
      boolean joins = joins(branch, placement, device);
      if (joins && T5Tensors.isLinear(weights.get(place).name())) {
        if (joined.add(part)) {
          join(part - 1, device);
        }
      } else if (joins && place == weights.size() - 1 && layout.headKindOnGpu() != 0) {
        pack(place, layout.headKindOnGpu(), device);
      } else {
        program.callForLong(
            "place", IValue.from((long) place), IValue.from(dtype), IValue.from(device));
      }
      done += weights.get(place).bytes();
      tracker.placed(done / all);
    }
  }

  // Beside a GPU, what the CPU has stays mapped.
  private static boolean joins(ProgramBranch branch, LayerPlacement placement, String device) {
    return branch == ProgramBranch.CUDA
        && (!device.equals("cpu") || placement.used().equals(Set.of("cpu")));
  }

  private void join(int block, String device) {
    boolean encoder = block < checkpoint.config().encoderLayers();
    packBlock(block, layout.kindOnGpu(encoder), layout.outputKindOnGpu(encoder), device);
  }

  private void packBlock(int block, long kind, long outputKind, String device) {
    program.callForLong(
        "pack_block",
        IValue.from((long) block),
        IValue.from(kind),
        IValue.from(outputKind),
        IValue.from(dtype),
        IValue.from(device));
  }

  private void pack(int place, long kind, String device) {
    program.callForLong(
        "pack",
        IValue.from((long) place),
        IValue.from(1L),
        IValue.from(kind),
        IValue.from(dtype),
        IValue.from(device));
  }

  // A head that is the embedding is bound a second time.
  private int part(int place) {
    T5Config config = checkpoint.config();
    return place == weights.size() - 1
        ? T5Tensors.parts(config) - 1
        : T5Tensors.part(config, weights.get(place).name());
  }

  // What is packed is converted block by block, so that no more than a map is there twice.
  private void pack() {
    Packing packing = layout.packing();
    int blocks = checkpoint.config().encoderLayers() + checkpoint.config().decoderLayers();
    for (int block = 0; block < blocks; block++) {
      LoadListener.checkNotInterrupted();
      packBlock(block, packing.kind(), packing.outputKind(), "cpu");
      NativeMemory.trim();
      tracker.placed((block + 1.0) / (blocks + 1));
    }
    program.callForLong("pack_rest", IValue.from(packing.headKind()), IValue.from(dtype));
    tracker.placed(1);
  }

  private void bind(String method, StoredTensor tensor, IValue... more) {
    long stored = scalarType(tensor.dtype());
    long width = tensor.dtype().bytes();
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    boolean aligned = tensor.position() % width == 0;
    Stream<IValue> inputs =
        Stream.of(
            IValue.from(aligned ? map(tensor.file(), stored, width) : map(tensor.file(), UINT8, 1)),
            IValue.from(aligned ? tensor.position() / width : tensor.position()),
            IValue.listFrom(shape),
            IValue.from(stored),
            IValue.from(aligned ? 0 : width));
    program.callForLong(method, Stream.concat(inputs, Stream.of(more)).toArray(IValue[]::new));
  }

  private long map(Path file, long scalarType, long width) {
    return mappings.computeIfAbsent(
        new Mapping(file, scalarType),
        key ->
            program.callForLong(
                "map_file",
                IValue.from(file.toAbsolutePath().toString()),
                IValue.from(size(file) / width),
                IValue.from(scalarType)));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
  }

  private record Mapping(Path file, long scalarType) {}
}
