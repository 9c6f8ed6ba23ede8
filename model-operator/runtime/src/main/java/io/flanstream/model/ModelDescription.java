package io.flanstream.model;

/**
 * What a model is.
 *
 * @param name the model's name: {@code model.name}, else the name of the checkpoint's directory
 * @param weightsHash SHA-256 over the sorted tensors (name, dtype, shape, bytes), in lower-case
 *     hexadecimal
 * @param dtype arithmetic of the weights: {@code float32}, {@code bfloat16} or {@code int8}, and
 *     whether scores are those among labels: what results depend on besides the weights
 */
public record ModelDescription(String name, String weightsHash, String dtype) {}
