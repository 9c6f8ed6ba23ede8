package io.flanstream.operators.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message type of a descriptor set, as {@code protoc --include_imports --descriptor_set_out}
 * writes one.
 *
 * @param descriptors the set; not to be changed
 * @param message full name of the type
 */
public record ProtobufType(byte[] descriptors, String message) implements Serializable {

  /**
   * Finds the type.
   *
   * @throws IllegalArgumentException if the set has none of that name, or is none
   */
  public Descriptor descriptor() {
    Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
    try {
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(descriptors).getFileList()) {
        files.put(file.getName(), file);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "must be a descriptor set of protoc --descriptor_set_out: " + e.getMessage(), e);
    }
    ProtobufFiles built = new ProtobufFiles(files);
    for (String name : files.keySet()) {
      FileDescriptor file = built.file(name);
      for (Descriptor type : file.getMessageTypes()) {
        Descriptor found = find(type, message);
        if (found != null) {
          return found;
        }
      }
    }
    throw new IllegalArgumentException(
        "must have the message type %s; it has the files %s"
            .formatted(message, String.join(", ", files.keySet())));
  }

  /**
   * The same, once the type was found.
   *
   * @throws IllegalArgumentException if the set has none of that name, or is none
   */
  public ProtobufType checked() {
    var unused = descriptor();
    return this;
  }

  private static Descriptor find(Descriptor type, String name) {
    if (type.getFullName().equals(name)) {
      return type;
    }
    for (Descriptor nested : type.getNestedTypes()) {
      Descriptor found = find(nested, name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
