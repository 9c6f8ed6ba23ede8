package io.flanstream.model.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and by which name. */
class StateDictTest {
  private static final String GLOBALS =
      "be collections.OrderedDict, torch._utils._rebuild_tensor_v2 or the storage of a number"
          + " format, got ";

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "os-system | global at byte 2 of data.pkl | posix.system",
        "os-system-in-stream | global at byte 139 of the file | posix.system",
        "os-system-protocol-4 | global at byte 28 of data.pkl | posix.system",
        "os-system-plain | global at byte 2 of the file | posix.system",
        "os-system-protocol-0 | global at byte 0 of the file | os.system",
        "eval | global at byte 198 of data.pkl | __builtin__.eval",
        "getattr | global at byte 2 of data.pkl | __builtin__.getattr",
        "build-of-object | global at byte 25 of data.pkl | __main__.Plain",
        "nested-build | global at byte 25 of data.pkl | __main__.Runs",
        "load-from-bytes | global at byte 25 of data.pkl | torch.storage._load_from_bytes",
        "parameter | global at byte 25 of data.pkl | torch._utils._rebuild_parameter",
        "complex | global at byte 76 of data.pkl | torch.ComplexFloatStorage",
        "whole-model | global at byte 2 of data.pkl | torch.nn.modules.linear.Linear",
      })
  void aGlobalThatWeightsDoNotNeedIsRefusedByName(String name, String where, String global) {
    Path file = PickledFiles.REFUSED.resolve(name + ".bin");
    assertThatThrownBy(() -> StateDict.read(file))
        .isInstanceOf(PickleException.class)
        .hasMessage("Cannot read %s: %s must %s%s", file, where, GLOBALS, global);
    assertThat(Path.of("ran-code")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "os-system-inst | opcode at byte 20 of the file must be one that torch.save writes for"
            + " weights, got INST",
        "no-tensor | \"step\" in the state dict at byte 0 of data.pkl must be a tensor, got 3",
        "nested-dict | \"state_dict\" in the state dict at byte 0 of data.pkl must be a tensor, got"
            + " a dict of 1",
        "list | the value at byte 0 of data.pkl must be a state dict of tensors by name, got a list"
            + " of 1",
        "torchscript | the archive must hold weights alone, got a TorchScript program",
        "expanded | a tensor at byte 179 of data.pkl must lie in its storage of 1 elements, got"
            + " offset 0, shape [1048576, 1048576], strides [0, 0]",
      })
  void whatIsNoStateDictIsRefused(String name, String said) {
    Path file = PickledFiles.REFUSED.resolve(name + ".bin");
    assertThatThrownBy(() -> StateDict.read(file))
        .isInstanceOf(PickleException.class)
        .hasMessage("Cannot read %s: %s", file, said);
  }

  @Test
  void everyRefusedFileHasItsLine() {
    assertThat(PickledFiles.in(PickledFiles.REFUSED)).hasSize(19);
  }

  /** Each as a whole file: what it does wrong comes before the magic number would be missed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // BUILD of the class itself, of a dict, of an OrderedDict with another attribute.
        "ccollections\\n"
            + "OrderedDict\\n"
            + "}b. | BUILD at byte 26 of the file must give its _metadata to an OrderedDict, and"
            + " nothing else, got collections.OrderedDict",
        "}}b. | BUILD at byte 2 of the file must give its _metadata to an OrderedDict, and nothing"
            + " else, got a dict of 0",
        "ccollections\\n"
            + "OrderedDict\\n"
            + ")R}U\\x01aNsb. | BUILD at byte 33 of the file must give an OrderedDict its"
            + " _metadata, and nothing else, got a",
        "ccollections\\n"
            + "OrderedDict\\n"
            + ")RNb. | BUILD at byte 28 of the file must give an OrderedDict its _metadata, and"
            + " nothing else, got None",
        // REDUCE of what is no callable, and with what are no arguments.
        "U\\x01aU\\x01b\\x85R. | REDUCE at byte 7 of the file must call collections.OrderedDict or"
            + " torch._utils._rebuild_tensor_v2, got text a",
        "ctorch\\n"
            + "FloatStorage\\n"
            + ")R. | REDUCE at byte 21 of the file must call collections.OrderedDict or"
            + " torch._utils._rebuild_tensor_v2, got torch.FloatStorage",
        "ccollections\\n"
            + "OrderedDict\\n"
            + "NR. | REDUCE at byte 26 of the file must have a tuple of arguments, got None",
        "ccollections\\n"
            + "OrderedDict\\n"
            + "N\\x85R. | OrderedDict at byte 27 of the file must have no arguments, got 1",
        "ctorch._utils\\n"
            + "_rebuild_tensor_v2\\n"
            + ")R. | torch._utils._rebuild_tensor_v2 at byte 34 of the file must have a storage, an"
            + " offset, a shape, strides, whether it is trained, and no hooks, got others",
        // The stack, the memo, and marks.
        ". | opcode at byte 0 of the file must have a value on the stack, got none",
        "(. | opcode at byte 1 of the file must have a value on the stack, got none",
        "NNa. | APPEND at byte 2 of the file must have a list to append to, got None",
        "Nt. | opcode at byte 1 of the file must come after a MARK, got none",
        "NN. | STOP at byte 2 of the file must leave one value, got 2",
        "h\\x07. | memo index at byte 0 of the file must have been put before, got 7",
        "Nr\\xff\\xff\\xff\\xff. | memo index at byte 1 of the file must be less than 1000000, got"
            + " 4294967295",
        "]Nu. | opcode at byte 2 of the file must come after a MARK, got none",
        "](Nu. | SETITEM at byte 3 of the file must have a dict to set items of, got a list of 0",
        "}(Nu. | SETITEMS at byte 3 of the file must have pairs of key and value, got 1",
        "}(NNu. | a key set at byte 4 of the file must be text, got None",
        "NQ. | persistent id at byte 1 of the file must be ('storage', type, key, device, elements,"
            + " None), got None",
        // Lengths.
        "\\x80\\x01. | protocol at byte 0 of the file must be 2 to 5, got 1",
        "\\x8a\\x11. | a number at byte 0 of the file must have at most 16 bytes, got 17",
        "X\\xff\\xff\\xff\\xff | text at byte 5 of the file must have at most 65536 bytes, got"
            + " 4294967295",
        "U\\x03\\xff\\xff\\xff. | text at byte 2 of the file must be UTF-8, got other bytes",
        "U\\xf0a | the file is cut off: byte 2 must be followed by 240 more, got 1",
        "< | opcode at byte 0 of the file must be one of a pickle, got 0x3c",
        "N. | the magic number must be 119547037146038801333356, got None",
      })
  void whatAMachineCannotMeanIsRefused(String pickle, String said) throws IOException {
    byte[] bytes = unescaped(pickle).getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(temporary.resolve("pytorch_model.bin"), bytes);
    assertThatThrownBy(() -> StateDict.read(file))
        .isInstanceOf(PickleException.class)
        .hasMessage("Cannot read %s: %s", file, said.strip());
  }

  private static String unescaped(String pickle) {
    return Pattern.compile("\\\\x(..)")
        .matcher(pickle.replace("\\n", "\n"))
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  @Test
  void aPickleThatNeverEndsIsLeft() throws IOException {
    byte[] bytes = new byte[3_000_000];
    Arrays.fill(bytes, (byte) '}');
    Path file = Files.write(temporary.resolve("pytorch_model.bin"), bytes);
    assertThatThrownBy(() -> StateDict.read(file))
        .hasMessageEndingWith("must end within 1000000 opcodes, got more");
  }

  @Test
  void namesCannotSpeakToTheTerminal() throws IOException {
    Path file =
        Files.writeString(temporary.resolve("pytorch_model.bin"), "cos\033[2J\u200b\nsystem\r\n.");
    assertThatThrownBy(() -> StateDict.read(file))
        .message()
        .endsWith("got os?[2J?.system?")
        .doesNotContain("\033", "\r");
  }

  @Test
  void aPointerOfGitIsNoWeights() throws IOException {
    Path file =
        Files.writeString(
            temporary.resolve("pytorch_model.bin"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    assertThatThrownBy(() -> StateDict.read(file))
        .hasMessage(
            "Cannot read %s: it must hold weights, got Git's pointer to them: run git lfs pull",
            file);
    Path missing = temporary.resolve("missing.bin");
    assertThatThrownBy(() -> StateDict.read(missing))
        .hasMessage("Cannot read %s: it must be a file, got nothing there", missing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive.bin", "stream.bin"})
  void aFileThatIsCutOffIsRefusedWherever(String name) throws IOException {
    byte[] whole = Files.readAllBytes(PickledFiles.FORMS.resolve(name));
    Path file = temporary.resolve(name);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> StateDict.read(file))
          .as("%s of %s bytes", length, whole.length)
          .isInstanceOf(PickleException.class)
          .hasMessageStartingWith("Cannot read " + file + ": ");
    }
  }

  @Test
  void aCompressedArchiveIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(PickledFiles.FORMS.resolve("archive.bin"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int central = buffer.getInt(bytes.length - 6);
    buffer.putShort(central + 10, (short) 8);
    Path file = Files.write(temporary.resolve("pytorch_model.bin"), bytes);
    assertThatThrownBy(() -> StateDict.read(file))
        .hasMessage(
            "Cannot read %s: entry archive/data.pkl must be stored as it is, got compression 8",
            file);
  }

  @Test
  void aListingOfTheRealShapeIsRead() {
    List<Path> shards = PickledFiles.in(PickledFiles.GOLDEN.resolve("flan-ul2"));
    assertThat(shards).hasSize(8);
    List<PickledTensor> tensors =
        shards.stream().flatMap(shard -> StateDict.read(shard).tensors().stream()).toList();
    assertThat(tensors).hasSize(744).allMatch(tensor -> tensor.type() == ElementType.BF16);
    assertThat(tensors.stream().map(PickledTensor::name).collect(Collectors.toSet()))
        .hasSize(744)
        .contains("shared.weight", "encoder.embed_tokens.weight", "lm_head.weight");
  }
}
