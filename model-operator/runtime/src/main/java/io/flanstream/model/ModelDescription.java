package io.flanstream.model;

/**
 * What a model is.
 *
 * @param name the model's name: {@code model.name}, else the name of the checkpoint's directory
 * @param weightsHash SHA-256 over the sorted tensors (name, dtype, shape, bytes), in lower-case
 *     hexadecimal
 * @param dtype arithmetic of the weights: {@code float32} or {@code bfloat16}
 */
public record ModelDescription(String name, String weightsHash, String dtype) {}
