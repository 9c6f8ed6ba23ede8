package io.flanstream.model.decode;

/**
 * What a decoder may write next: the state of an automaton over tokens.
 *
 * <p>Immutable and thread-safe. The start state is handed to the decoder, which asks for the
 * allowed tokens, writes one and goes on from the state that it leads to, until it writes the end
 * token. Requests whose start states are equal are taken for the same.
 */
public interface Constraint {

  /**
   * Tokens that may come next, the end token among them where the sequence may end here.
   *
   * @return token ids, ascending and distinct, never empty; the caller must not change the array
   */
  int[] allowed();

  /**
   * State after a token.
   *
   * @param token one of {@link #allowed()}, not the end token
   * @return the state that follows
   * @throws IllegalArgumentException if the token is not allowed here
   */
  Constraint next(int token);
}
