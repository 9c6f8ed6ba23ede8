package io.flanstream.operators.protobuf;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Files that import each other, built one after the other. */
final class ProtobufFiles {
  private final Map<String, FileDescriptorProto> files;
  private final Map<String, FileDescriptor> built = new HashMap<>();
  private final Set<String> building = new HashSet<>();

  ProtobufFiles(Map<String, FileDescriptorProto> files) {
    this.files = files;
  }

  /**
   * A file with its imports.
   *
   * @throws IllegalArgumentException if an import is missing, imports itself, or has an error
   */
  FileDescriptor file(String name) {
    FileDescriptor ready = built.get(name);
    if (ready != null) {
      return ready;
    }
    FileDescriptorProto file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException("must have all imports, lacks " + name);
    }
    if (!building.add(name)) {
      throw new IllegalArgumentException("must not import itself: " + name);
    }
    FileDescriptor[] imports =
        file.getDependencyList().stream().map(this::file).toArray(FileDescriptor[]::new);
    try {
      FileDescriptor descriptor = FileDescriptor.buildFrom(file, imports);
      built.put(name, descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException("must be Protobuf: " + e.getMessage(), e);
    }
  }
}
