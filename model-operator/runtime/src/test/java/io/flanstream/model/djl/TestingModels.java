package io.flanstream.model.djl;

import io.flanstream.model.ModelSettings;
import io.flanstream.model.TextModel;
import io.flanstream.model.TextModels;
import io.flanstream.model.checkpoint.Checkpoint;
import io.flanstream.model.checkpoint.StoredType;

/** Models whose program takes the branch for CUDA where there is no GPU. */
public final class TestingModels {
  private TestingModels() {}

  /** Opens a model on the CPU, the branch for CUDA or the CPU's own computing it. */
  public static TextModel open(ModelSettings settings, boolean cuda) {
    return TextModels.open(
        settings,
        (checkpoint, vocabulary) ->
            device(
                T5Program.source(),
                checkpoint,
                vocabulary.size(),
                settings.dtype() == ModelSettings.DataType.BFLOAT16
                    ? StoredType.BF16
                    : StoredType.F32,
                cuda));
  }

  /** Opens a checkpoint on the CPU. */
  public static DjlDevice device(
      String source, Checkpoint checkpoint, int pieces, StoredType dtype, boolean cuda) {
    return DjlDevice.open(
        source,
        checkpoint,
        pieces,
        dtype,
        Packing.NONE,
        cuda ? ProgramBranch.CUDA : ProgramBranch.CPU);
  }

  /** Opens a checkpoint on the CPU, in float32, all of its embedding's rows pieces. */
  public static DjlDevice device(Checkpoint checkpoint, boolean cuda) {
    return device(
        T5Program.source(), checkpoint, checkpoint.config().vocabSize(), StoredType.F32, cuda);
  }
}
