package io.flanstream.operators.ingest;

/**
 * A record out of its envelope.
 *
 * @param data the record; null where the envelope says that it was deleted
 * @param envelope what it was in
 */
record Opened(Payload data, Payload envelope) {}
