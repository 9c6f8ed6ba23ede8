package io.flanstream.model;

/** Names of settings, as messages and options have them. */
public final class ModelKeys {
  /** {@link ModelSettings#maxInputTokens()}. */
  public static final String MAX_INPUT_TOKENS = "model.max-input-tokens";

  /** Most encoder tokens of a batch. */
  public static final String BATCH_MAX_TOKENS = "model.batch.max-tokens";

  /** Most requests of a batch. */
  public static final String BATCH_MAX_REQUESTS = "model.batch.max-requests";

  /** Most requests that decode at once. */
  public static final String BATCH_MAX_DECODING = "model.batch.max-decoding";

  /** {@link ModelSettings#searchPositions()}. */
  public static final String SEARCH_POSITIONS = "model.search-positions";

  /** How long one call of the device may take. */
  public static final String CALL_TIMEOUT = "model.call-timeout";

  /** {@link ModelSettings#threads()}. */
  public static final String THREADS = "model.threads";

  /** {@link ModelSettings#devices()}. */
  public static final String DEVICE = "model.device";

  /** {@link ModelSettings#dtype()}. */
  public static final String DTYPE = "model.dtype";

  /** {@link ModelSettings#prepack()}. */
  public static final String PREPACK = "model.prepack";

  /** {@link ModelSettings#int8Activations()}. */
  public static final String INT8_ACTIVATIONS = "model.int8-activations";

  private ModelKeys() {}
}
