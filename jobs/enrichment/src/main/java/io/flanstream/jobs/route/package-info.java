/**
 * Which topic an enriched record goes to, by conditions in Flink SQL's expression syntax.
 *
 * <p>Flink's planner reads and compiles the conditions where the job graph is made. What goes into
 * the graph is the generated code, which one stateless operator runs: Flink's libraries on a
 * TaskManager suffice, no other operator's uid or state changes, and a condition that fails on a
 * record, such as a cast, makes a dead letter of it.
 */
package io.flanstream.jobs.route;
