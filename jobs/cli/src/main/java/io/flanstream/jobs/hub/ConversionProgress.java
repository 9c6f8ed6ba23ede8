package io.flanstream.jobs.hub;

import io.flanstream.model.convert.ConversionListener;

/** Shows how far a conversion is as a pull is shown. */
public record ConversionProgress(PullListener listener) implements ConversionListener {
  @Override
  public void expected(long bytes) {
    listener.expected(bytes);
  }

  @Override
  public void kept(long bytes) {
    listener.kept(bytes);
  }

  @Override
  public void converted(long bytes) {
    listener.received(bytes);
  }
}
