/**
 * T5-family models in any Java program: {@link io.flanstream.model.TextModels#open} opens a
 * checkpoint, {@link io.flanstream.model.TextModel} scores closed sets of answers and writes text,
 * {@link io.flanstream.model.SpanFinder} finds spans of a text.
 *
 * <p>Lengths are in tokens, places in a text in Unicode code points, probabilities are natural
 * logarithms unless a name says otherwise. Arrays have their shape beside them, such as {@code
 * [length]}. Whoever opens something closes it. All but builders may be used by several threads at
 * once.
 */
package io.flanstream.model;
