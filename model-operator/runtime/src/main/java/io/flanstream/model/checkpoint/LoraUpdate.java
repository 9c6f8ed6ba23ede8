package io.flanstream.model.checkpoint;

/**
 * What a LoRA adapter adds to one weight: {@code scale * b a}.
 *
 * @param weight name of the weight, {@code [out, in]}
 * @param a {@code [rank, in]}
 * @param b {@code [out, rank]}
 * @param scale {@code alpha / rank}, or {@code alpha / sqrt(rank)} where the adapter is stabilised
 */
public record LoraUpdate(String weight, StoredTensor a, StoredTensor b, double scale) {}
