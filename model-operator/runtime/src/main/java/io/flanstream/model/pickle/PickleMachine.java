package io.flanstream.model.pickle;

import io.flanstream.model.pickle.PickleData.Dict;
import io.flanstream.model.pickle.PickleData.Nothing;
import io.flanstream.model.pickle.PickleData.Sequence;
import io.flanstream.model.pickle.PickleData.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Python's pickle machine over inert data: a stack, a memo, and the opcodes that {@code torch.save}
 * writes with protocol 2, and with protocol 4 for the same objects. What a name stands for and what
 * may be done with it is up to {@link TorchObjects}; the machine itself can make and call nothing.
 */
final class PickleMachine {
  /** Some 25,000 tensors; bounds the memory that a pickle can take to some 100 MB. */
  private static final int MAX_OPERATIONS = 1_000_000;

  private static final int LATEST_PROTOCOL = 5;
  private static final int LONGEST_NUMBER = 16;
  private static final Object MARK = new Object();

  private final PickleInput input;
  private final TorchObjects objects;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private long at;

  PickleMachine(PickleInput input, TorchObjects objects) {
    this.input = input;
    this.objects = objects;
  }

  /**
   * Reads one pickle, up to and with its STOP.
   *
   * @throws PickleException if it does what it may not
   */
  Object run() {
    for (int operations = 0; operations < MAX_OPERATIONS; operations++) {
      at = input.offset();
      int code = input.nextByte();
      Opcode opcode = Opcode.of(code);
      if (opcode == null) {
        throw refused(
            "opcode", "be one of a pickle", "0x" + HexFormat.of().toHexDigits((byte) code));
      }
      if (!opcode.isKnown()) {
        throw refused("opcode", "be one that torch.save writes for weights", opcode);
      }
      if (opcode == Opcode.STOP) {
        Object result = pop();
        if (!stack.isEmpty()) {
          throw refused("STOP", "leave one value", stack.size() + 1);
        }
        return result;
      }
      run(opcode);
    }
    throw refused("a pickle", "end within %s opcodes".formatted(MAX_OPERATIONS), "more");
  }

  private void run(Opcode opcode) {
    switch (opcode) {
      case PROTO -> {
        int protocol = input.nextByte();
        if (protocol < 2 || protocol > LATEST_PROTOCOL) {
          throw refused("protocol", "be 2 to " + LATEST_PROTOCOL, protocol);
        }
      }
      case FRAME -> input.nextLong();
      case MARK -> stack.add(MARK);
      case NONE -> stack.add(Nothing.NONE);
      case NEWTRUE -> stack.add(true);
      case NEWFALSE -> stack.add(false);
      case BININT -> stack.add((long) input.nextInt());
      case BININT1 -> stack.add((long) input.nextByte());
      case BININT2 -> stack.add((long) input.nextShort());
      case LONG1 -> stack.add(number(input.nextByte()));
      case BINFLOAT -> stack.add(input.nextDouble());
      case SHORT_BINSTRING, SHORT_BINUNICODE -> stack.add(input.nextText(input.nextByte()));
      case BINUNICODE -> stack.add(input.nextText(Integer.toUnsignedLong(input.nextInt())));
      case EMPTY_TUPLE -> stack.add(new Tuple(List.of()));
      case TUPLE1 -> tuple(1);
      case TUPLE2 -> tuple(2);
      case TUPLE3 -> tuple(3);
      case TUPLE -> stack.add(new Tuple(popToMark()));
      case EMPTY_LIST -> stack.add(new Sequence());
      case EMPTY_DICT -> stack.add(new Dict(false));
      case APPEND -> append(List.of(pop()));
      case APPENDS -> append(popToMark());
      case SETITEM -> setItems(popPair());
      case SETITEMS -> setItems(popToMark());
      case BINPUT -> memo.put(input.nextByte(), peek());
      case LONG_BINPUT -> memo.put(memoIndex(), peek());
      case MEMOIZE -> memo.put(memo.size(), peek());
      case BINGET -> stack.add(remembered(input.nextByte()));
      case LONG_BINGET -> stack.add(remembered(memoIndex()));
      case GLOBAL -> stack.add(objects.global(input.nextLine(), input.nextLine(), at));
      case STACK_GLOBAL -> stackGlobal();
      case REDUCE -> reduce();
      case BUILD -> {
        Object state = pop();
        objects.build(peek(), state, at);
      }
      case BINPERSID -> stack.add(objects.persistent(pop(), at));
      default -> throw new IllegalStateException("Cannot read pickle: no code for " + opcode);
    }
  }

  private Object number(int length) {
    if (length > LONGEST_NUMBER) {
      throw refused("a number", "have at most %s bytes".formatted(LONGEST_NUMBER), length);
    }
    byte[] bytes = input.nextBytes(length);
    byte[] bigEndian = new byte[Math.max(1, length)];
    for (int i = 0; i < length; i++) {
      bigEndian[length - 1 - i] = bytes[i];
    }
    BigInteger number = new BigInteger(bigEndian);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void stackGlobal() {
    Object name = pop();
    Object module = pop();
    if (!(module instanceof String inModule) || !(name instanceof String named)) {
      throw refused("STACK_GLOBAL", "name a global by two texts", PickleData.describe(name));
    }
    stack.add(objects.global(inModule, named, at));
  }

  private void reduce() {
    Object arguments = pop();
    Object callable = pop();
    if (!(arguments instanceof Tuple tuple)) {
      throw refused("REDUCE", "have a tuple of arguments", PickleData.describe(arguments));
    }
    stack.add(objects.reduce(callable, tuple.items(), at));
  }

  private void append(List<Object> items) {
    if (!(peek() instanceof Sequence list)) {
      throw refused("APPEND", "have a list to append to", PickleData.describe(peek()));
    }
    list.items().addAll(items);
  }

  private void setItems(List<Object> pairs) {
    if (!(peek() instanceof Dict dict)) {
      throw refused("SETITEM", "have a dict to set items of", PickleData.describe(peek()));
    }
    if (pairs.size() % 2 != 0) {
      throw refused("SETITEMS", "have pairs of key and value", pairs.size());
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      if (!(pairs.get(i) instanceof String key)) {
        throw refused("a key set", "be text", PickleData.describe(pairs.get(i)));
      }
      dict.entries().put(key, pairs.get(i + 1));
    }
  }

  private int memoIndex() {
    int index = input.nextInt();
    if (index < 0 || index >= MAX_OPERATIONS) {
      throw refused(
          "memo index",
          "be less than %s".formatted(MAX_OPERATIONS),
          Integer.toUnsignedString(index));
    }
    return index;
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw refused("memo index", "have been put before", index);
    }
    return value;
  }

  private void tuple(int size) {
    List<Object> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      items.add(0, pop());
    }
    stack.add(new Tuple(items));
  }

  private List<Object> popPair() {
    Object value = pop();
    return List.of(pop(), value);
  }

  private List<Object> popToMark() {
    int mark = stack.size() - 1;
    while (mark >= 0 && stack.get(mark) != MARK) {
      mark--;
    }
    if (mark < 0) {
      throw refused("opcode", "come after a MARK", "none");
    }
    List<Object> items = List.copyOf(stack.subList(mark + 1, stack.size()));
    stack.subList(mark, stack.size()).clear();
    return items;
  }

  private Object peek() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw refused("opcode", "have a value on the stack", "none");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = peek();
    stack.remove(stack.size() - 1);
    return top;
  }

  private PickleException refused(String what, String rule, Object got) {
    return input.refused(what, at, rule, got);
  }
}
