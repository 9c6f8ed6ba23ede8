package io.flanstream.model.djl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive of source text and attributes, without weights: what {@code torch.jit.load}
 * reads. Layout: PyTorch's {@code torch/csrc/jit/serialization}, format version 10; attributes are
 * written in pickle protocol 2, and no pickle is ever read.
 */
final class ProgramArchive {
  private static final String ROOT = "model/";

  private final String type;
  private final String source;
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  /**
   * Starts an archive.
   *
   * @param type the module's class in the source
   * @param source TorchScript text
   */
  ProgramArchive(String type, String source) {
    this.type = type;
    this.source = source;
    attribute("training", false);
    attribute("_is_full_backward_hook", null);
  }

  /** An attribute: null, a boolean, an int, a double, a string or an {@link EmptyList}. */
  ProgramArchive attribute(String name, Object value) {
    attributes.put(name, value);
    return this;
  }

  /** The archive's bytes. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", new Pickle().module(type, attributes));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new Pickle().emptyTuple());
      store(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** An empty list attribute with its TorchScript type. */
  record EmptyList(String type) {}

  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      opcode(0x80).opcode(2);
    }

    byte[] emptyTuple() {
      return opcode(')').opcode('.').out.toByteArray();
    }

    byte[] module(String type, Map<String, Object> attributes) {
      global("__torch__", type).opcode(')').opcode(0x81).opcode('}').opcode('(');
      attributes.forEach((name, value) -> string(name).value(value));
      return opcode('u').opcode('b').opcode('.').out.toByteArray();
    }

    private Pickle value(Object value) {
      if (value == null) {
        return opcode('N');
      }
      if (value instanceof Boolean flag) {
        return opcode(flag ? 0x88 : 0x89);
      }
      if (value instanceof Integer number) {
        return opcode('J').little(number);
      }
      if (value instanceof Double number) {
        out.writeBytes(ByteBuffer.allocate(9).put((byte) 'G').putDouble(number).array());
        return this;
      }
      if (value instanceof String text) {
        return string(text);
      }
      if (value instanceof EmptyList list) {
        return global("torch.jit._pickle", "restore_type_tag")
            .opcode(']')
            .string(list.type())
            .opcode(0x86)
            .opcode('R');
      }
      throw new IllegalArgumentException(
          "Cannot pickle an attribute of type " + value.getClass().getName());
    }

    private Pickle global(String module, String name) {
      out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
      return this;
    }

    private Pickle string(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      opcode('X').little(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    private Pickle little(int value) {
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
      return this;
    }

    private Pickle opcode(int code) {
      out.write(code);
      return this;
    }
  }
}
