package io.flanstream.model.convert;

/** Is told how far a conversion is, by the thread that converts. */
public interface ConversionListener {
  /** Does nothing. */
  ConversionListener NONE =
      new ConversionListener() {
        @Override
        public void expected(long bytes) {}

        @Override
        public void kept(long bytes) {}

        @Override
        public void converted(long bytes) {}
      };

  /** So many bytes are to be written in all. */
  void expected(long bytes);

  /** So many of them are there from an earlier run. */
  void kept(long bytes);

  /** So many more are written. */
  void converted(long bytes);
}
