package io.flanstream.model.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pieces of a model's tokenizer, by id.
 *
 * <p>Immutable and thread-safe.
 */
public final class Vocabulary {
  private final List<String> pieces;
  private final boolean[] special;
  private final int padId;
  private final int endId;
  private final int unknownId;
  private final int[] byteIds;
  private final int[] bytes;
  private final Map<Integer, String> added;
  private volatile PieceTrie trie;

  /**
   * Describes a vocabulary whose pieces are all text.
   *
   * @param pieces piece of each id, a word's first piece beginning with U+2581 ({@code ▁})
   * @param specialIds ids that stand for no text: pad, end, unknown, sentinels
   * @param padId id of the pad token, which also starts every decoder sequence
   * @param endId id of the end token
   * @param unknownId id of the unknown token
   */
  public Vocabulary(
      List<String> pieces, Set<Integer> specialIds, int padId, int endId, int unknownId) {
    this.pieces = List.copyOf(pieces);
    this.special = new boolean[pieces.size()];
    specialIds.forEach(id -> special[id] = true);
    this.padId = padId;
    this.endId = endId;
    this.unknownId = unknownId;
    this.byteIds = new int[0];
    this.bytes = new int[0];
    this.added = Map.of();
  }

  private Vocabulary(Vocabulary text, List<Integer> byteIds, Map<Integer, String> added) {
    this.pieces = text.pieces;
    this.special = text.special;
    this.padId = text.padId;
    this.endId = text.endId;
    this.unknownId = text.unknownId;
    this.byteIds = byteIds.stream().mapToInt(Integer::intValue).toArray();
    this.bytes = byteIds.isEmpty() ? new int[0] : new int[pieces.size()];
    Arrays.fill(bytes, -1);
    this.added = Map.copyOf(added);
    for (int value = 0; value < byteIds.size(); value++) {
      bytes[byteIds.get(value)] = value;
    }
  }

  /**
   * The same pieces, of which some stand for bytes or were added.
   *
   * @param ids id of the piece that stands for each byte, {@code [256]}; empty where characters
   *     without a piece are unknown
   * @param texts normalised text of each added token that stands for text, U+2581 for its white
   *     space; what surrounds such a token in a text is tokenised as texts of their own
   * @return the vocabulary
   */
  public Vocabulary with(List<Integer> ids, Map<Integer, String> texts) {
    return new Vocabulary(this, ids, texts);
  }

  /** Bytes of a character in UTF-8, 0 to 255 each; those of a question mark for half a pair. */
  public static int[] utf8(int c) {
    byte[] encoded = Character.toString(c).getBytes(StandardCharsets.UTF_8);
    int[] units = new int[encoded.length];
    for (int i = 0; i < units.length; i++) {
      units[i] = encoded[i] & 0xFF;
    }
    return units;
  }

  /** Trie of the pieces, made once: it is some 5 MB for 32,000 pieces. */
  public PieceTrie trie() {
    PieceTrie made = trie;
    if (made == null) {
      synchronized (this) {
        made = trie == null ? PieceTrie.of(this) : trie;
        trie = made;
      }
    }
    return made;
  }

  /** Number of pieces; the model's embedding may have more rows, which stand for nothing. */
  public int size() {
    return pieces.size();
  }

  /** Piece of an id, with U+2581 for a space. */
  public String piece(int id) {
    return pieces.get(id);
  }

  /** Whether an id stands for no text. */
  public boolean isSpecial(int id) {
    return special[id];
  }

  /** Ids of the added tokens that stand for text, ascending. */
  int[] addedIds() {
    return added.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** The characters of the normalised text that an id stands for. */
  String spelling(int id) {
    return added.getOrDefault(id, pieces.get(id));
  }

  /** Whether a character without a piece is written as its bytes. */
  public boolean hasBytes() {
    return byteIds.length > 0;
  }

  /** Id of the piece that stands for a byte, 0 to 255; only where {@link #hasBytes()}. */
  public int byteId(int value) {
    return byteIds[value];
  }

  /** The byte that an id stands for; -1 where it is none. */
  public int byteOf(int id) {
    return id < bytes.length ? bytes[id] : -1;
  }

  /** Id of the pad token, with which every decoder sequence starts. */
  public int padId() {
    return padId;
  }

  /** Id of the end token. */
  public int endId() {
    return endId;
  }

  /** Id of the unknown token. */
  public int unknownId() {
    return unknownId;
  }

  /**
   * Text of a token sequence: special tokens left out, U+2581 as a space, no space at the start.
   * Bytes that are no UTF-8 are left out.
   *
   * @param ids token ids
   * @return the text
   */
  public String text(int[] ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    boolean marked = false;
    for (int id : ids) {
      if (id < size() && !special[id]) {
        int value = byteOf(id);
        if (value >= 0) {
          text.write(value);
        } else {
          marked |= text.size() == 0 && piece(id).startsWith("\u2581");
          text.writeBytes(piece(id).replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    String decoded = decode(text.toByteArray());
    return marked ? decoded.substring(1) : decoded;
  }

  private static String decode(byte[] utf8) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.IGNORE)
            .onUnmappableCharacter(CodingErrorAction.IGNORE);
    try {
      return decoder.decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
