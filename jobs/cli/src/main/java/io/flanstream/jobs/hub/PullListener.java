package io.flanstream.jobs.hub;

/** Hears how far a pull is. Called from several threads. */
public interface PullListener {
  /** More is to be pulled than was known: so many bytes. */
  void expected(long bytes);

  /** So many bytes were there from an earlier run. */
  void kept(long bytes);

  /** So many bytes came. */
  void received(long bytes);

  /** So many bytes that were there or came are of no use. */
  void dropped(long bytes);
}
