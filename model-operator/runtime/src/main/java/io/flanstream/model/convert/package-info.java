/** Turns pickled weights into safetensors: what {@code flanstream model convert} does. */
package io.flanstream.model.convert;
