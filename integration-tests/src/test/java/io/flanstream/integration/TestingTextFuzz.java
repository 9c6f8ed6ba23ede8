package io.flanstream.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;

/** Texts that are none. */
final class TestingTextFuzz extends TestingFuzz {
  TestingTextFuzz(long seed) {
    super(seed);
    kind("empty", () -> new byte[0], Set.of("EMPTY_TEXT"));
    kind("blank", () -> utf8(" \t\n\u2003"), Set.of("EMPTY_TEXT"));
    kind("overlong", () -> new byte[] {'a', (byte) 0xc0, (byte) 0x80}, Set.of("INVALID_UTF8"));
    kind(
        "surrogate",
        () -> new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80},
        Set.of("INVALID_UTF8"));
    kind("cut character", () -> new byte[] {'a', (byte) 0xf0, (byte) 0x9f}, Set.of("INVALID_UTF8"));
    kind("null characters", () -> new byte[10], Set.of(ENRICHED));
    large("long", () -> utf8("x".repeat(fillerFor(new byte[0]))), "TOO_MANY_TOKENS");
  }

  @Override
  byte[] good(String id, String text) {
    return utf8("%s %s".formatted(id, text));
  }

  @Override
  String text(byte[] value) {
    return new String(value, UTF_8);
  }
}
