package io.flanstream.operators.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import io.flanstream.operators.registry.ProtobufSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The text of a {@code .proto} file to what messages are read with. */
public final class ProtobufCompiler {
  private static final String MAIN = "flanstream-main.proto";

  private ProtobufCompiler() {}

  /**
   * Compiles a file.
   *
   * @param source the file and its imports; those of google/protobuf need not be there
   * @return the file, its types in the order in which it declares them
   * @throws IllegalArgumentException if it cannot be compiled
   */
  public static FileDescriptor compile(ProtobufSource source) {
    try {
      List<ProtoFile> files = new ArrayList<>();
      files.add(parsed(MAIN, source.text()));
      source.imports().forEach((name, text) -> files.add(parsed(name, text)));
      Schema schema = new Linker(CoreLoader.INSTANCE, new ErrorCollector(), true, true).link(files);
      SchemaEncoder encoder = new SchemaEncoder(schema);
      Map<String, FileDescriptorProto> encoded = new HashMap<>();
      for (ProtoFile file : schema.getProtoFiles()) {
        FileDescriptorProto proto =
            FileDescriptorProto.parseFrom(encoder.encode(file).toByteArray());
        encoded.put(proto.getName(), proto);
      }
      return new ProtobufFiles(encoded).file(MAIN);
    } catch (RuntimeException | InvalidProtocolBufferException | StackOverflowError e) {
      // The parser and the linker throw what they like.
      throw new IllegalArgumentException(
          "must be Protobuf: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
    }
  }

  private static ProtoFile parsed(String name, String text) {
    return ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get(name), text));
  }
}
