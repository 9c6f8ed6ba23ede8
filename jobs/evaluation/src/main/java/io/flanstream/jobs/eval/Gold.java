package io.flanstream.jobs.eval;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a person answered to a text.
 *
 * @param labels labels by classification task, none where none fits
 * @param spans values by extraction task
 * @param texts right answers by generation task, at least one
 */
public record Gold(
    Map<String, Set<String>> labels,
    Map<String, Set<GoldSpan>> spans,
    Map<String, List<String>> texts) {}
