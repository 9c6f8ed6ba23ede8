package io.flanstream.model.pickle;

import io.flanstream.model.pickle.TorchObjects.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The form since PyTorch 1.6: a zip archive with {@code data.pkl} and each storage as {@code
 * data/<key>}, all in one directory of a name of its own. Form: {@code torch/serialization.py},
 * {@code _save} and {@code _load}.
 */
final class TorchArchive {
  private static final String PICKLE = "data.pkl";
  private static final int MAX_PICKLE_BYTES = 1 << 24;

  private final FileRegion file;
  private final ZipDirectory zip;
  private final String directory;
  private final PickleInput pickle;
  private final long pickleBytes;

  private TorchArchive(
      FileRegion file, ZipDirectory zip, String directory, PickleInput pickle, long pickleBytes) {
    this.file = file;
    this.zip = zip;
    this.directory = directory;
    this.pickle = pickle;
    this.pickleBytes = pickleBytes;
  }

  /**
   * Opens an archive.
   *
   * @throws PickleException if it is none of a state dict
   */
  static TorchArchive open(FileRegion file) {
    ZipDirectory zip = ZipDirectory.read(file);
    List<String> pickles =
        zip.entries().keySet().stream().filter(name -> name.matches("[^/]+/data\\.pkl")).toList();
    if (pickles.size() != 1) {
      throw file.refused(
          "the archive",
          "have one %s in a directory of its own".formatted(PICKLE),
          pickles.isEmpty()
              ? "none"
              : pickles.stream().map(PickleData::quote).collect(Collectors.joining(", ")));
    }
    String directory = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (zip.entries().containsKey(directory + "constants.pkl")) {
      throw file.refused("the archive", "hold weights alone", "a TorchScript program");
    }
    ZipDirectory.Entry entry = zip.entries().get(pickles.get(0));
    if (entry.size() > MAX_PICKLE_BYTES) {
      throw file.refused(PICKLE, "have at most %s bytes".formatted(MAX_PICKLE_BYTES), entry.size());
    }
    long start = zip.position(entry);
    PickleInput input =
        new PickleInput(file.channel(), file.file(), PICKLE, start, start + entry.size());
    TorchArchive archive = new TorchArchive(file, zip, directory, input, entry.size());
    archive.checkByteOrder();
    return archive;
  }

  /** The pickle. */
  PickleInput pickle() {
    return pickle;
  }

  /**
   * Checks that the pickle was the whole of its entry.
   *
   * @throws PickleException if bytes follow
   */
  void checkEnd() {
    if (pickle.offset() != pickleBytes) {
      throw file.refused(
          PICKLE, "end at byte %s with its STOP".formatted(pickle.offset()), pickleBytes);
    }
  }

  /**
   * Where storages lie in the file.
   *
   * @throws PickleException if one is missing, has another size than the pickle says, or lies over
   *     another
   */
  Map<String, Long> positions(Collection<Storage> storages) {
    Map<String, Long> positions = new HashMap<>();
    List<Storage> inOrder = new ArrayList<>(storages);
    for (Storage storage : storages) {
      ZipDirectory.Entry entry = zip.entries().get(directory + "data/" + storage.key());
      long bytes = storage.elements() * storage.type().bytes();
      if (entry == null || entry.size() != bytes) {
        throw file.refused(
            storage.toString(),
            "have %s bytes in the archive".formatted(bytes),
            entry == null ? "none" : entry.size());
      }
      positions.put(storage.key(), zip.position(entry));
    }
    inOrder.sort(Comparator.comparing(storage -> positions.get(storage.key())));
    long end = 0;
    for (Storage storage : inOrder) {
      if (positions.get(storage.key()) < end) {
        throw file.refused(storage.toString(), "lie behind the storage before it", "over it");
      }
      end = positions.get(storage.key()) + storage.elements() * storage.type().bytes();
    }
    return positions;
  }

  private void checkByteOrder() {
    ZipDirectory.Entry entry = zip.entries().get(directory + "byteorder");
    if (entry == null) {
      return;
    }
    String order =
        new String(
            file.read(zip.position(entry), (int) Math.min(entry.size(), 16)).array(),
            StandardCharsets.US_ASCII);
    if (!order.equals("little")) {
      throw file.refused("byteorder", "be little", PickleData.quote(order));
    }
  }
}
