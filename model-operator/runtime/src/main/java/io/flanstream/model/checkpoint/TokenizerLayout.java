package io.flanstream.model.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flanstream.model.checkpoint.SentencePieceModel.Kind;
import io.flanstream.model.checkpoint.SentencePieceModel.Piece;
import java.util.Comparator;
import java.util.stream.Collectors;

/**
 * The components of the tokenizers library that do what a SentencePiece model says round the
 * cutting of a text into pieces. Immutable and thread-safe.
 */
sealed interface TokenizerLayout {
  /** Builds the components. */
  ObjectMapper MAPPER = new ObjectMapper();

  /** The layout that transformers gives a model. */
  static TokenizerLayout of(SentencePieceModel model) {
    return model.dummyPrefix() && model.removeExtraWhitespaces() && model.escapeWhitespaces()
        ? new Words(model)
        : new Spaces(model);
  }

  JsonNode normalizer();

  JsonNode preTokenizer();

  JsonNode decoder();

  /** Whether user-defined pieces are added tokens, which are looked for in the original text. */
  boolean addsUserDefinedPieces();

  /** The layout of T5's published files: words between white space, each after a U+2581. */
  record Words(SentencePieceModel model) implements TokenizerLayout {

    @Override
    public JsonNode normalizer() {
      return model.charsmap().length == 0
          ? MAPPER.nullNode()
          : component("Precompiled").put("precompiled_charsmap", model.charsmap());
    }

    @Override
    public JsonNode preTokenizer() {
      ObjectNode sequence = component("Sequence");
      sequence
          .putArray("pretokenizers")
          .add(component("WhitespaceSplit"))
          .add(metaspace("always", true));
      return sequence;
    }

    @Override
    public JsonNode decoder() {
      if (!model.byteFallback()) {
        return metaspace("always", true);
      }
      ObjectNode sequence = component("Sequence");
      sequence.putArray("decoders").add(component("ByteFallback")).add(metaspace("always", true));
      return sequence;
    }

    @Override
    public boolean addsUserDefinedPieces() {
      return true;
    }
  }

  /**
   * The layout for models that keep repeated spaces or set none before a text, as transformers'
   * {@code build_tokenizer_from_spm_proto} has it.
   */
  record Spaces(SentencePieceModel model) implements TokenizerLayout {

    @Override
    public JsonNode normalizer() {
      ObjectNode sequence = component("Sequence");
      ArrayNode steps = sequence.putArray("normalizers");
      if (model.charsmap().length > 0) {
        steps.add(component("Precompiled").put("precompiled_charsmap", model.charsmap()));
      }
      if (model.removeExtraWhitespaces()) {
        steps.add(replace("Regex", "\\A +| +\\z", "")).add(replace("Regex", " {2,}", " "));
      }
      if (model.escapeWhitespaces()) {
        steps.add(replace("String", " ", "\u2581"));
      }
      if (model.dummyPrefix()) {
        steps.add(replace("Regex", "\\A\u2581", "\u2581\u2581"));
      }
      return sequence;
    }

    private static ObjectNode replace(String kind, String pattern, String content) {
      ObjectNode step = component("Replace");
      step.putObject("pattern").put(kind, pattern);
      return step.put("content", content);
    }

    @Override
    public JsonNode preTokenizer() {
      ObjectNode sequence = component("Sequence");
      ArrayNode steps = sequence.putArray("pretokenizers");
      if (model.dummyPrefix()) {
        steps.add(metaspace("always", false));
      }
      String userDefined =
          model.pieces().stream()
              .filter(piece -> piece.kind() == Kind.USER_DEFINED)
              .map(Piece::text)
              .sorted(Comparator.comparingInt((String text) -> text.length()).reversed())
              .map(Spaces::quoted)
              .collect(Collectors.joining("|"));
      if (!userDefined.isEmpty()) {
        ObjectNode split = component("Split");
        split.putObject("pattern").put("Regex", userDefined);
        steps.add(split.put("behavior", "Isolated").put("invert", false));
      }
      return steps.isEmpty() ? MAPPER.nullNode() : sequence;
    }

    private static String quoted(String text) {
      return text.replaceAll("[\\\\.^$|?*+()\\[\\]{}#&~ \\t\\n\\r\\x0b\\f-]", "\\\\$0");
    }

    @Override
    public JsonNode decoder() {
      ObjectNode sequence = component("Sequence");
      ArrayNode steps = sequence.putArray("decoders");
      steps.add(replace("String", "\u2581", " "));
      if (model.byteFallback()) {
        steps.add(component("ByteFallback"));
      }
      if (model.dummyPrefix() || model.byteFallback()) {
        steps.add(component("Fuse"));
      }
      if (model.dummyPrefix()) {
        steps.add(component("Strip").put("content", " ").put("start", 1).put("stop", 0));
      }
      return sequence;
    }

    @Override
    public boolean addsUserDefinedPieces() {
      return false;
    }
  }

  private static ObjectNode component(String type) {
    return MAPPER.createObjectNode().put("type", type);
  }

  private static ObjectNode metaspace(String scheme, boolean split) {
    return component("Metaspace")
        .put("replacement", "\u2581")
        .put("prepend_scheme", scheme)
        .put("split", split);
  }
}
