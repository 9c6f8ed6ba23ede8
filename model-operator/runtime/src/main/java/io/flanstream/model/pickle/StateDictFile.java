package io.flanstream.model.pickle;

import io.flanstream.model.pickle.PickleData.Dict;
import io.flanstream.model.pickle.TorchObjects.Storage;
import io.flanstream.model.pickle.TorchObjects.View;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file of {@code torch.save}, in either of its forms. */
final class StateDictFile {
  private static final String POINTER = "version https://git-lfs";

  /** What no tensor of a safetensors file can be named. */
  private static final String RESERVED = "__metadata__";

  private final Path file;

  StateDictFile(Path file) {
    this.file = file;
  }

  StateDict read() {
    if (!Files.isRegularFile(file)) {
      throw new PickleException(
          "Cannot read %s: it must be a file, got %s"
              .formatted(file, Files.exists(file) ? "something else" : "nothing there"));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      FileRegion region = FileRegion.of(channel, file);
      if (startsWith(region, POINTER)) {
        throw region.refused("it", "hold weights", "Git's pointer to them: run git lfs pull");
      }
      return ZipDirectory.isZip(region) ? archive(region) : stream(region);
    } catch (NoSuchFileException e) {
      throw new PickleException("Cannot read %s: it does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new PickleException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private StateDict archive(FileRegion region) {
    TorchArchive archive = TorchArchive.open(region);
    TorchObjects objects = new TorchObjects(archive.pickle(), false);
    Object root = new PickleMachine(archive.pickle(), objects).run();
    archive.checkEnd();
    return stateDict(archive.pickle(), root, archive.positions(objects.storages().values()));
  }

  private StateDict stream(FileRegion region) {
    TorchStream stream = new TorchStream(region);
    Object root = stream.read();
    return stateDict(stream.input(), root, stream.positions());
  }

  private StateDict stateDict(PickleInput input, Object root, Map<String, Long> positions) {
    if (!(root instanceof Dict dict)) {
      throw input.refused(
          "the value", 0, "be a state dict of tensors by name", PickleData.describe(root));
    }
    List<PickledTensor> tensors = new ArrayList<>();
    if (dict.entries().isEmpty() || dict.entries().containsKey(RESERVED)) {
      throw input.refused(
          "the state dict",
          0,
          "have tensors, none of them named " + RESERVED,
          dict.entries().size());
    }
    for (Map.Entry<String, Object> entry : dict.entries().entrySet()) {
      if (!(entry.getValue() instanceof View view)) {
        throw input.refused(
            "\"%s\" in the state dict".formatted(PickleData.quote(entry.getKey())),
            0,
            "be a tensor",
            PickleData.describe(entry.getValue()));
      }
      Storage storage = view.storage();
      long start = positions.get(storage.key());
      tensors.add(
          new PickledTensor(
              entry.getKey(),
              storage.type(),
              view.shape(),
              view.strides(),
              storage.key(),
              start + view.offset() * storage.type().bytes(),
              start + storage.elements() * storage.type().bytes()));
    }
    return new StateDict(file, tensors);
  }

  private static boolean startsWith(FileRegion region, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return region.size() >= bytes.length
        && new String(region.read(0, bytes.length).array(), StandardCharsets.US_ASCII).equals(text);
  }
}
