package io.flanstream.model.crash;

import java.io.Serializable;

/**
 * Where journals of what is in flight are kept.
 *
 * @param directory directory on a local disk, which processes may share
 * @param scope whose events they are: events of two scopes are never the same
 */
public record CrashSettings(String directory, String scope) implements Serializable {}
