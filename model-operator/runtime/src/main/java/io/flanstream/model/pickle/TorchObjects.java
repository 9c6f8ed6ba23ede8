package io.flanstream.model.pickle;

import io.flanstream.model.pickle.PickleData.Dict;
import io.flanstream.model.pickle.PickleData.Nothing;
import io.flanstream.model.pickle.PickleData.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that a state dict needs, and the data that they make: an empty OrderedDict, a view of a
 * storage, and storages, which are referred to. Each pickle of a file has its own.
 */
final class TorchObjects {
  private static final int MAX_RANK = 64;
  private static final int TENSOR_ARGUMENTS = 6;
  private static final String METADATA = "_metadata";

  /** What can be called. */
  private enum Callable {
    ORDERED_DICT("collections.OrderedDict"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor_v2");

    private final String title;

    Callable(String title) {
      this.title = title;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  /**
   * Numbers that lie elsewhere in the file.
   *
   * @param key what they are found by
   * @param type number format
   * @param elements how many
   * @param at offset at which the pickle first refers to them
   */
  record Storage(String key, ElementType type, long elements, long at) {
    @Override
    public String toString() {
      return "storage " + PickleData.quote(key);
    }
  }

  /**
   * A view of a storage.
   *
   * @param storage the storage
   * @param offset first element
   * @param shape dimensions
   * @param strides elements from one index to the next
   */
  record View(Storage storage, long offset, List<Long> shape, List<Long> strides) {
    @Override
    public String toString() {
      return "a tensor " + shape;
    }
  }

  private final PickleInput input;
  private final boolean legacy;
  private final Map<String, Storage> storages = new HashMap<>();

  /**
   * Objects of a pickle.
   *
   * @param input the pickle
   * @param legacy whether it is of the form before PyTorch 1.6
   */
  TorchObjects(PickleInput input, boolean legacy) {
    this.input = input;
    this.legacy = legacy;
  }

  /** Every storage that was referred to, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  /**
   * What a global name stands for.
   *
   * @throws PickleException if it is none of those that a state dict needs
   */
  Object global(String module, String name, long at) {
    for (Callable callable : Callable.values()) {
      if (callable.title.equals(module + "." + name)) {
        return callable;
      }
    }
    if (module.equals("torch")) {
      var type = ElementType.ofStorage(name);
      if (type.isPresent()) {
        return type.get();
      }
    }
    throw input.refused(
        "global",
        at,
        "be %s, %s or the storage of a number format"
            .formatted(Callable.ORDERED_DICT, Callable.REBUILD_TENSOR),
        PickleData.quote(module) + "." + PickleData.quote(name));
  }

  /**
   * What a call makes.
   *
   * @throws PickleException if what is called, or one of its arguments, has another form
   */
  Object reduce(Object callable, List<Object> arguments, long at) {
    if (callable == Callable.ORDERED_DICT) {
      check(arguments.isEmpty(), "OrderedDict", at, "have no arguments", arguments.size());
      return new Dict(true);
    }
    if (callable == Callable.REBUILD_TENSOR) {
      return view(arguments, at);
    }
    throw input.refused(
        "REDUCE",
        at,
        "call %s or %s".formatted(Callable.ORDERED_DICT, Callable.REBUILD_TENSOR),
        PickleData.describe(callable));
  }

  /**
   * Gives an object its state: an OrderedDict's versions of modules, which mean nothing to weights.
   *
   * @throws PickleException if it is anything else
   */
  void build(Object target, Object state, long at) {
    check(
        target instanceof Dict dict && dict.isOrdered(),
        "BUILD",
        at,
        "give its %s to an OrderedDict, and nothing else".formatted(METADATA),
        PickleData.describe(target));
    check(
        state instanceof Dict metadata && metadata.entries().keySet().equals(Set.of(METADATA)),
        "BUILD",
        at,
        "give an OrderedDict its %s, and nothing else".formatted(METADATA),
        state instanceof Dict other
            ? PickleData.quote(String.join(", ", other.entries().keySet()))
            : PickleData.describe(state));
  }

  /**
   * The storage that a persistent id refers to.
   *
   * @throws PickleException if it is no storage's, or contradicts an earlier one
   */
  Object persistent(Object id, long at) {
    int size = legacy ? 6 : 5;
    boolean sound =
        id instanceof Tuple tuple
            && tuple.items().size() == size
            && "storage".equals(tuple.items().get(0))
            && tuple.items().get(1) instanceof ElementType
            && tuple.items().get(2) instanceof String
            && tuple.items().get(3) instanceof String
            && tuple.items().get(4) instanceof Long
            && (!legacy || tuple.items().get(5) == Nothing.NONE);
    check(
        sound,
        "persistent id",
        at,
        "be ('storage', type, key, device, elements%s)".formatted(legacy ? ", None" : ""),
        PickleData.describe(id));
    List<Object> items = ((Tuple) id).items();
    Storage storage =
        new Storage((String) items.get(2), (ElementType) items.get(1), (Long) items.get(4), at);
    check(storage.elements() >= 0, storage.toString(), at, "have elements", storage.elements());
    check(
        storage.elements() <= Long.MAX_VALUE / storage.type().bytes(),
        storage.toString(),
        at,
        "fit into a file",
        storage.elements());
    Storage known = storages.computeIfAbsent(storage.key(), key -> storage);
    check(
        known.type() == storage.type() && known.elements() == storage.elements(),
        storage.toString(),
        at,
        "be %s of %s as at byte %s".formatted(known.elements(), known.type(), known.at()),
        "%s of %s".formatted(storage.elements(), storage.type()));
    return known;
  }

  private View view(List<Object> arguments, long at) {
    boolean sound =
        (arguments.size() == TENSOR_ARGUMENTS
                || (arguments.size() == TENSOR_ARGUMENTS + 1 && isEmpty(arguments.get(6))))
            && arguments.get(0) instanceof Storage
            && arguments.get(1) instanceof Long
            && arguments.get(2) instanceof Tuple
            && arguments.get(3) instanceof Tuple
            && arguments.get(4) instanceof Boolean
            && isEmpty(arguments.get(5));
    check(
        sound,
        Callable.REBUILD_TENSOR.toString(),
        at,
        "have a storage, an offset, a shape, strides, whether it is trained, and no hooks",
        "others");
    Storage storage = (Storage) arguments.get(0);
    long offset = (Long) arguments.get(1);
    List<Long> shape = numbers(arguments.get(2), "shape", at);
    List<Long> strides = numbers(arguments.get(3), "strides", at);
    check(
        shape.size() == strides.size() && shape.size() <= MAX_RANK,
        "shape and strides",
        at,
        "have as many dimensions, at most %s".formatted(MAX_RANK),
        "%s and %s".formatted(shape.size(), strides.size()));
    checkBounds(storage, offset, shape, strides, at);
    return new View(storage, offset, shape, strides);
  }

  /** The last element lies in the storage, and no view is larger than its storage. */
  private void checkBounds(
      Storage storage, long offset, List<Long> shape, List<Long> strides, long at) {
    boolean fits;
    try {
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      long last = offset;
      for (int i = 0; i < shape.size() && elements > 0; i++) {
        last = Math.addExact(last, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
      fits =
          offset >= 0
              && elements <= storage.elements()
              && (elements > 0 ? last < storage.elements() : offset <= storage.elements());
    } catch (ArithmeticException e) {
      fits = false;
    }
    check(
        fits,
        "a tensor",
        at,
        "lie in its storage of %s elements".formatted(storage.elements()),
        "offset %s, shape %s, strides %s".formatted(offset, shape, strides));
  }

  private List<Long> numbers(Object tuple, String what, long at) {
    List<Long> numbers = new ArrayList<>();
    for (Object item : ((Tuple) tuple).items()) {
      check(
          item instanceof Long number && number >= 0,
          what,
          at,
          "be whole numbers from 0",
          PickleData.describe(item));
      numbers.add((Long) item);
    }
    return numbers;
  }

  private static boolean isEmpty(Object value) {
    return value == Nothing.NONE || (value instanceof Dict dict && dict.entries().isEmpty());
  }

  private void check(boolean holds, String what, long at, String rule, Object got) {
    if (!holds) {
      throw input.refused(what, at, rule, got);
    }
  }
}
