package io.flanstream.model.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a SentencePiece model says: the fields of {@code sentencepiece_model.proto} that decide how
 * a text is cut.
 *
 * <p>Immutable and thread-safe; {@code charsmap} must not be changed.
 *
 * @param pieces piece of each id
 * @param algorithm how texts are cut
 * @param byteFallback whether characters without a piece become pieces of their UTF-8 bytes
 * @param markAfterWord whether U+2581 follows a word instead of preceding it
 * @param charsmap the precompiled normalisation; empty where there is none
 * @param dummyPrefix whether a text is cut as if a space preceded it
 * @param removeExtraWhitespaces whether spaces at the ends and repeated ones are dropped
 * @param escapeWhitespaces whether spaces become U+2581
 */
@SuppressWarnings("ArrayRecordComponent")
record SentencePieceModel(
    List<Piece> pieces,
    Algorithm algorithm,
    boolean byteFallback,
    boolean markAfterWord,
    byte[] charsmap,
    boolean dummyPrefix,
    boolean removeExtraWhitespaces,
    boolean escapeWhitespaces) {

  /** The kinds of pieces, in the order of their numbers from 1. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /** The ways to cut a text, in the order of their numbers from 1. */
  enum Algorithm {
    UNIGRAM,
    BPE,
    WORD,
    CHAR
  }

  /** A piece with its log-probability. */
  record Piece(String text, float score, Kind kind) {}

  SentencePieceModel {
    pieces = List.copyOf(pieces);
  }

  /** The id of the piece that stands for what no other piece covers. */
  Optional<Integer> unknownId() {
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).kind() == Kind.UNKNOWN) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /**
   * Reads a model.
   *
   * @throws CheckpointException if the file is not there, not readable or no SentencePiece model
   */
  static SentencePieceModel read(Path file) {
    try {
      return new Reader().read(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CheckpointException("Cannot open checkpoint: %s does not exist".formatted(file), e);
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s must be a SentencePiece model: %s"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CheckpointException(
          "Cannot open checkpoint: %s is not readable".formatted(file), e);
    }
  }

  /** Reads the messages field by field; the defaults are those of the .proto file. */
  private static final class Reader {
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int NUMBER = WireFormat.WIRETYPE_VARINT;
    private static final int FLOAT = WireFormat.WIRETYPE_FIXED32;

    private final List<Piece> pieces = new ArrayList<>();
    private Algorithm algorithm = Algorithm.UNIGRAM;
    private boolean byteFallback;
    private boolean markAfterWord;
    private byte[] charsmap = new byte[0];
    private boolean dummyPrefix = true;
    private boolean removeExtraWhitespaces = true;
    private boolean escapeWhitespaces = true;

    SentencePieceModel read(byte[] model) throws IOException {
      CodedInputStream input = CodedInputStream.newInstance(model);
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (tag) {
          case 1 << 3 | BYTES -> readPiece(CodedInputStream.newInstance(input.readByteArray()));
          case 2 << 3 | BYTES -> readTrainer(CodedInputStream.newInstance(input.readByteArray()));
          case 3 << 3 | BYTES ->
              readNormalizer(CodedInputStream.newInstance(input.readByteArray()));
          default -> input.skipField(tag);
        }
      }
      if (pieces.isEmpty()) {
        throw new InvalidProtocolBufferException("it has no pieces");
      }
      return new SentencePieceModel(
          pieces,
          algorithm,
          byteFallback,
          markAfterWord,
          charsmap,
          dummyPrefix,
          removeExtraWhitespaces,
          escapeWhitespaces);
    }

    private void readPiece(CodedInputStream input) throws IOException {
      String text = "";
      float score = 0;
      Kind kind = Kind.NORMAL;
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (tag) {
          case 1 << 3 | BYTES -> text = input.readStringRequireUtf8();
          case 2 << 3 | FLOAT -> score = input.readFloat();
          case 3 << 3 | NUMBER -> kind = constant(Kind.values(), input.readEnum(), "type of piece");
          default -> input.skipField(tag);
        }
      }
      pieces.add(new Piece(text, score, kind));
    }

    private void readTrainer(CodedInputStream input) throws IOException {
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (tag) {
          case 3 << 3 | NUMBER ->
              algorithm = constant(Algorithm.values(), input.readEnum(), "model_type");
          case 24 << 3 | NUMBER -> markAfterWord = input.readBool();
          case 35 << 3 | NUMBER -> byteFallback = input.readBool();
          default -> input.skipField(tag);
        }
      }
    }

    private void readNormalizer(CodedInputStream input) throws IOException {
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (tag) {
          case 2 << 3 | BYTES -> charsmap = input.readByteArray();
          case 3 << 3 | NUMBER -> dummyPrefix = input.readBool();
          case 4 << 3 | NUMBER -> removeExtraWhitespaces = input.readBool();
          case 5 << 3 | NUMBER -> escapeWhitespaces = input.readBool();
          default -> input.skipField(tag);
        }
      }
    }

    private static <T> T constant(T[] constants, int number, String field)
        throws InvalidProtocolBufferException {
      if (number < 1 || number > constants.length) {
        throw new InvalidProtocolBufferException(
            "its %s must be 1 to %s, got %s".formatted(field, constants.length, number));
      }
      return constants[number - 1];
    }
  }
}
