package io.flanstream.model;

/**
 * The loss of a model's device: no request is at fault for it.
 *
 * @param reason what the device was doing and what it said
 * @param sticky whether the process can use the device no more, as after most CUDA errors
 */
public record DeviceLoss(String reason, boolean sticky) {}
