package io.flanstream.model.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.LoadListener;
import io.flanstream.model.checkpoint.StoredType;
import io.flanstream.model.checkpoint.T5Config;
import io.flanstream.model.checkpoint.T5Cost;
import io.flanstream.model.decode.ChoiceTrie;
import io.flanstream.model.device.CachePositions;
import io.flanstream.model.device.Device;
import io.flanstream.model.device.DeviceException;
import io.flanstream.model.device.DeviceMap;
import io.flanstream.model.device.LayerPlacement;
import java.util.List;
import java.util.function.Supplier;

/**
 * One copy of a model, computed by libtorch through DJL: on one device, or with its layers spread
 * over several, of which one computes at a time and hidden states go from one to the next.
 *
 * <p>Owns the program and the weights. Not thread-safe.
 */
public final class DjlDevice implements Device {
  /** Logits held at once while a trie is scored: 64 MiB of float32. */
  private static final long MAX_LOGITS = 1L << 24;

  /** Decoder positions, of all records, that are scored at once. */
  private static final int MAX_POSITIONS = 8192;

  /** Nodes of a trie among them, each of which has a mask over all. */
  private static final int MAX_NODES = 512;

  private static final String TORCH_SCRIPT_ERROR = "RuntimeError: ";

  private final T5Program program;
  private final T5Config config;
  private final StoredType dtype;
  private final Packing packing;
  private final LayerPlacement placement;
  private final PlacedTries tries;

  private DjlDevice(
      T5Program program, T5Config config, WeightLayout layout, LayerPlacement placement) {
    this.program = program;
    this.config = config;
    this.dtype = layout.dtype();
    this.packing = layout.packing();
    this.placement = placement;
    this.tries = new PlacedTries(program, MAX_NODES);
  }

  /**
   * Opens a checkpoint.
   *
   * @param checkpoint the checkpoint
   * @param pieces pieces of its vocabulary
   * @param layout what its weights are there
   * @param map the device, {@code cpu} or {@code cuda:N}, or how layers are spread over several
   * @param threads threads of one call on the CPU; 0 for one for each core
   * @param listener is told how far the weights are loaded
   * @return the device, to be closed by the caller
   * @throws IllegalArgumentException if a device is not there, or has too little memory
   */
  public static DjlDevice open(
      Checkpoint checkpoint,
      int pieces,
      WeightLayout layout,
      DeviceMap map,
      int threads,
      LoadListener listener) {
    return open(
        T5Program.source(),
        checkpoint,
        pieces,
        new DeviceSettings(layout, ProgramBranch.of(map.devices()), map, threads),
        listener);
  }

  static DjlDevice open(
      String source,
      Checkpoint checkpoint,
      int pieces,
      StoredType dtype,
      Packing packing,
      ProgramBranch branch) {
    return open(source, checkpoint, pieces, WeightLayout.of(dtype, packing), branch);
  }

  static DjlDevice open(
      String source, Checkpoint checkpoint, int pieces, WeightLayout layout, ProgramBranch branch) {
    return open(source, checkpoint, pieces, DeviceSettings.cpu(layout, branch), LoadListener.NONE);
  }

  static DjlDevice open(
      String source,
      Checkpoint checkpoint,
      int pieces,
      DeviceSettings settings,
      LoadListener listener) {
    WeightLayout layout = settings.layout();
    ProgramBranch branch = settings.branch();
    DeviceMap map = settings.map();
    int threads = settings.threads();
    map.devices().forEach(DjlDevice::checkDevice);
    LayerPlacement placement =
        new MemoryPlan(checkpoint, layout.dtype(), layout.packing(), map).place(FreeMemory::of);
    JniUtils.setNumThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    T5Program program = T5Program.compile(source, checkpoint.config(), pieces, branch);
    try {
      LoadingThread.run(
          () -> WeightLoader.load(program, checkpoint, layout, branch, placement, listener));
      return new DjlDevice(program, checkpoint.config(), layout, placement);
    } catch (EngineException e) {
      program.close();
      throw failure("load the weights", e);
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }

  /** Refuses a device that is not there. */
  static void checkDevice(String device) {
    int found = engine().getGpuCount();
    if (device.startsWith("cuda")) {
      int wanted = device.equals("cuda") ? 0 : Integer.parseInt(device.substring(5));
      if (wanted >= found) {
        throw new IllegalArgumentException(
            "Cannot open model: model.device must name a device that libtorch sees, got %s, found %s CUDA devices and %s"
                .formatted(device, found, NvidiaDriver.describe()));
      }
    }
  }

  /** libtorch with CUDA in it does not even load where no driver is. */
  private static Engine engine() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new IllegalStateException(
          "Cannot load libtorch: %s; %s".formatted(why, NvidiaDriver.describe()), e);
    }
  }

  @Override
  public long cacheBytesPerToken() {
    return new T5Cost(config, true).cacheNumbers() * dtype.bytes();
  }

  @Override
  public long rowBytes(int promptTokens, int positions) {
    return cacheBytesPerToken()
        * (CachePositions.allocated(promptTokens) + CachePositions.allocated(positions));
  }

  @Override
  public long freeBytes() {
    return placement.cacheBytes(config.encoderLayers(), config.decoderLayers(), FreeMemory::of);
  }

  @Override
  public Encoding encode(int[][] prompts) {
    NDManager manager = program.manager().newSubManager();
    return guarded(
        "encode " + prompts.length + " prompts",
        manager,
        () -> {
          PaddedBatch batch = PaddedBatch.of(prompts, config.padId());
          NDList cross;
          try (NDManager inputs = manager.newSubManager()) {
            cross =
                program.callForTensors(
                    manager,
                    "encode",
                    T5Program.matrix(inputs, batch.ids(), batch.rows(), batch.length()),
                    T5Program.matrix(inputs, batch.mask(), batch.rows(), batch.length()));
          }
          return new DjlEncoding(manager, cross, batch);
        });
  }

  @Override
  public Decoder startDecoding() {
    return guarded("start decoding", () -> DjlDecoder.start(program, cacheBytesPerToken()));
  }

  @Override
  public float[][] score(Encoding encoding, int start, int count, ChoiceTrie trie) {
    return guarded(
        "score " + trie.choices() + " choices of " + count + " records",
        () -> {
          float[][] scores = new float[count][trie.edgeTokens().length];
          for (PlacedTries.PlacedSlice slice : tries.slices(trie)) {
            int records = Math.max(1, MAX_POSITIONS / slice.slice().nodes());
            for (int done = 0; done < count; done += records) {
              int some = Math.min(records, count - done);
              score((DjlEncoding) encoding, start, done, some, slice, trie.isAmongEdges())
                  .into(scores);
            }
          }
          if (trie.isAmongEdges()) {
            for (float[] row : scores) {
              trie.normalize(row);
            }
          }
          return scores;
        });
  }

  private SliceScores score(
      DjlEncoding encoding,
      int start,
      int done,
      int count,
      PlacedTries.PlacedSlice placed,
      boolean amongEdges) {
    TrieSlice slice = placed.slice();
    int columns = amongEdges && !packing.packsHead() ? slice.edges().length : config.vocabSize();
    try (NDManager manager = program.manager().newSubManager()) {
      float[] flat =
          program
              .callForTensor(
                  manager,
                  amongEdges ? "score_edges" : "score",
                  T5Program.tensors(encoding.cross()),
                  encoding.maskInput(manager),
                  IValue.from((long) start + done),
                  IValue.from((long) count),
                  placed.tensor(0),
                  placed.tensor(1),
                  placed.tensor(2),
                  placed.tensor(3),
                  placed.tensor(4),
                  IValue.listFrom(slice.chunks(MAX_LOGITS / ((long) count * columns))))
              .toFloatArray();
      return new SliceScores(slice.edges(), done, flat);
    }
  }

  /** Log-probabilities of a slice's edges for some records, the first of them at {@code done}. */
  @SuppressWarnings("ArrayRecordComponent")
  private record SliceScores(int[] edges, int done, float[] flat) {
    void into(float[][] scores) {
      for (int i = 0; i < flat.length; i++) {
        scores[done + i / edges.length][edges[i % edges.length]] = flat[i];
      }
    }
  }

  /** Says of a call that fails what it was to do. */
  static <T> T guarded(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (EngineException e) {
      throw failure(what, e);
    }
  }

  /** Runs a call whose result owns the manager; frees the manager if the call fails. */
  private static <T> T guarded(String what, NDManager manager, Supplier<T> call) {
    try {
      return guarded(what, call);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static DeviceException failure(String what, EngineException cause) {
    String said = String.valueOf(cause.getMessage());
    DeviceException.Kind kind = EngineFailures.kind(said);
    return new DeviceException(kind, "Cannot %s: %s".formatted(what, reason(said)), cause);
  }

  /** What went wrong, which TorchScript says after where it did. */
  private static String reason(String said) {
    List<String> lines = said.lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith(TORCH_SCRIPT_ERROR))
        .map(line -> line.substring(TORCH_SCRIPT_ERROR.length()))
        .findFirst()
        .orElse(lines.isEmpty() ? "" : lines.get(0));
  }

  @Override
  public void close() {
    tries.close();
    program.close();
  }
}
