package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** Payloads of one form that nobody should send; a seed makes the same ones again. */
abstract class TestingFuzz {
  private static final int AROUND_A_VALUE = 128;
  private static final int WITHIN_LIMIT = 1024;
  private static final int ROUNDS_WITHOUT_LARGE = 20;

  static final String ENRICHED = TestingMessages.ENRICHED;
  static final String TOO_LARGE = "RECORD_TOO_LARGE";

  /** What may become of a payload where nothing is said of its kind. */
  static final Set<String> ANY = Set.of();

  final Random random;
  private final List<Kind> kinds = new ArrayList<>();
  private int made;

  /**
   * A payload.
   *
   * @param kind what was done to it
   * @param value its bytes
   * @param fates what may become of it: ENRICHED or a code; anything where empty
   */
  record Payload(String kind, byte[] value, Set<String> fates) {}

  private record Kind(String name, boolean isLarge, Supplier<byte[]> making, Set<String> fates) {}

  TestingFuzz(long seed) {
    this.random = new Random(seed);
    kind("flipped", () -> flipped(some()), ANY);
    kind("spliced", () -> spliced(some()), ANY);
    kind("noise", this::noise, ANY);
  }

  /** A payload as it should be. */
  abstract byte[] good(String id, String text);

  /** The text of a payload that was taken, as another reader than ours finds it. */
  abstract String text(byte[] value);

  /** The next payload; every kind has its turn, large ones not in every round. */
  Payload next() {
    Kind kind = kinds.get(made % kinds.size());
    boolean isLeftOut = kind.isLarge() && made / kinds.size() % ROUNDS_WITHOUT_LARGE != 0;
    made++;
    return isLeftOut ? next() : new Payload(kind.name(), kind.making().get(), kind.fates());
  }

  /** Adds a kind of payload. */
  final void kind(String name, Supplier<byte[]> making, Set<String> fates) {
    kinds.add(new Kind(name, false, making, fates));
  }

  /** Adds a kind of payload that is nearly as large as a record may be. */
  final void large(String name, Supplier<byte[]> making, String... fates) {
    kinds.add(new Kind(name, true, making, Set.of(fates)));
  }

  /** A good payload with a text of some length in several scripts. */
  final byte[] some() {
    StringBuilder text = new StringBuilder("card é\uD83D\uDC4B");
    for (int words = random.nextInt(20); words >= 0; words--) {
      text.append(" \"word\" ").append(random.nextInt());
    }
    return good("fuzz" + made, text.toString());
  }

  final byte[] truncated(byte[] value) {
    return Arrays.copyOf(value, random.nextInt(value.length));
  }

  /** Bytes in place of others. */
  final byte[] flipped(byte[] value) {
    byte[] flipped = value.clone();
    for (int flips = random.nextInt(8); flips >= 0; flips--) {
      flipped[random.nextInt(value.length)] = (byte) random.nextInt(256);
    }
    return flipped;
  }

  /** A part left out, noise in its place. */
  final byte[] spliced(byte[] value) {
    int from = random.nextInt(value.length);
    int to = from + random.nextInt(value.length - from);
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    spliced.write(value, 0, from);
    spliced.writeBytes(noise());
    spliced.write(value, to, value.length - to);
    return spliced.toByteArray();
  }

  /** A character of two bytes with one that no UTF-8 has; the length stays. */
  final byte[] notUtf8(byte[] value) {
    byte[] broken = value.clone();
    int at = 0;
    while (broken[at] != (byte) 0xc3 || broken[at + 1] != (byte) 0xa9) {
      at++;
    }
    broken[at] = (byte) 0xff;
    return broken;
  }

  final byte[] noise() {
    byte[] noise = new byte[random.nextInt(200)];
    random.nextBytes(noise);
    return noise;
  }

  /** Bytes to add to a payload so that its record is within 1 KiB of the broker's limit. */
  final int fillerFor(byte[] payload) {
    return TestingTopics.BROKER_LIMIT
        - AROUND_A_VALUE
        - payload.length
        - random.nextInt(WITHIN_LIMIT - AROUND_A_VALUE);
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
