package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** Writes SentencePiece models. */
public final class TestingSentencePiece {
  private TestingSentencePiece() {}

  /** A model with the pieces of a tokenizer.json, but its sentinels. */
  public static byte[] model(JsonNode tokenizer) throws IOException {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    for (JsonNode entry : tokenizer.get("model").get("vocab")) {
      String piece = entry.get(0).asText();
      if (!piece.startsWith("<extra_id_")) {
        int kind = piece.equals("<unk>") ? 2 : List.of("<pad>", "</s>").contains(piece) ? 3 : 1;
        model.write(piece(piece, (float) entry.get(1).asDouble(), kind));
      }
    }
    String charsmap = tokenizer.get("normalizer").path("precompiled_charsmap").asText();
    byte[] bytes = Base64.getDecoder().decode(charsmap);
    model.write(message(3, output -> output.writeByteArray(2, bytes)));
    return model.toByteArray();
  }

  static byte[] piece(String text, float score, int kind) throws IOException {
    return message(
        1,
        output -> {
          output.writeString(1, text);
          output.writeFloat(2, score);
          output.writeEnum(3, kind);
        });
  }

  static byte[] message(int field, Fields fields) throws IOException {
    ByteArrayOutputStream nested = new ByteArrayOutputStream();
    CodedOutputStream output = CodedOutputStream.newInstance(nested);
    fields.write(output);
    output.flush();
    ByteArrayOutputStream outer = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(outer);
    coded.writeBytes(field, ByteString.copyFrom(nested.toByteArray()));
    coded.flush();
    return outer.toByteArray();
  }

  /** Writes the fields of a message. */
  interface Fields {
    void write(CodedOutputStream output) throws IOException;
  }
}
