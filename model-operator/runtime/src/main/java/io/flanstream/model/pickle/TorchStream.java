package io.flanstream.model.pickle;

import io.flanstream.model.pickle.PickleData.Dict;
import io.flanstream.model.pickle.PickleData.Sequence;
import io.flanstream.model.pickle.TorchObjects.Storage;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * The form before PyTorch 1.6: a magic number, a version, the sizes of C's types, the object, the
 * keys of its storages, each a pickle, then each storage with its length. Form: {@code
 * torch/serialization.py}, {@code _legacy_save} and {@code _legacy_load}.
 */
final class TorchStream {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;
  private static final int MAX_PICKLES_BYTES = 1 << 25;

  private final FileRegion file;
  private final PickleInput pickles;
  private final Map<String, Long> positions = new HashMap<>();

  TorchStream(FileRegion file) {
    this.file = file;
    this.pickles = input(Math.min(file.size(), MAX_PICKLES_BYTES));
  }

  /**
   * Reads the object, and finds its storages.
   *
   * @throws PickleException if the file is no such stream, or its pickles are refused
   */
  Object read() {
    check(next(), MAGIC, "the magic number");
    check(next(), VERSION, "the version");
    Object system = next();
    boolean little =
        system instanceof Dict dict && Boolean.TRUE.equals(dict.entries().get("little_endian"));
    if (!little) {
      throw file.refused("the stream", "be little-endian", PickleData.describe(system));
    }
    TorchObjects objects = new TorchObjects(pickles, true);
    Object root = new PickleMachine(pickles, objects).run();
    Object keys = next();
    if (!(keys instanceof Sequence list)) {
      throw file.refused("the storages' keys", "be a list", PickleData.describe(keys));
    }
    PickleInput rest = input(file.size());
    rest.moveTo(pickles.offset());
    for (Object key : list.items()) {
      place(rest, key, objects.storages());
    }
    for (Storage storage : objects.storages().values()) {
      if (!positions.containsKey(storage.key())) {
        throw file.refused(storage.toString(), "be in the stream", "none");
      }
    }
    return root;
  }

  /** The pickles, for messages. */
  PickleInput input() {
    return pickles;
  }

  /** Where each storage's numbers begin in the file. */
  Map<String, Long> positions() {
    return positions;
  }

  private void place(PickleInput rest, Object key, Map<String, Storage> storages) {
    Storage storage = key instanceof String text ? storages.get(text) : null;
    if (storage == null) {
      throw file.refused(
          "a storage's key", "be one that the state dict names", PickleData.describe(key));
    }
    long at = rest.offset();
    long elements = rest.nextLong();
    if (elements != storage.elements() || positions.put(storage.key(), at + 8) != null) {
      throw rest.refused(
          storage.toString(),
          at,
          "have %s elements once".formatted(storage.elements()),
          elements + " or more");
    }
    long bytes = storage.elements() * storage.type().bytes();
    if (bytes > file.size() - rest.offset()) {
      throw rest.refused(
          storage.toString(), at, "be followed by %s bytes".formatted(bytes), "fewer");
    }
    rest.moveTo(rest.offset() + bytes);
  }

  private Object next() {
    return new PickleMachine(pickles, new TorchObjects(pickles, true)).run();
  }

  private void check(Object value, Object expected, String what) {
    if (!expected.equals(value)) {
      throw file.refused(what, "be %s".formatted(expected), PickleData.describe(value));
    }
  }

  private PickleInput input(long end) {
    return new PickleInput(file.channel(), file.file(), "the file", 0, end);
  }
}
