package io.flanstream.model.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.flanstream.model.device.Device;

/** Cross-attention keys and values of a batch; owns the manager that holds them. */
record DjlEncoding(NDManager manager, NDList cross, PaddedBatch batch) implements Device.Encoding {

  IValue maskInput(NDManager inputs) {
    return T5Program.matrix(inputs, batch.mask(), batch.rows(), batch.length());
  }

  @Override
  public void close() {
    manager.close();
  }
}
