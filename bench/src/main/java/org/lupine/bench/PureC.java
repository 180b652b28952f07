package org.lupine.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Loops over Lua's C API in C, see bench/native/pure.c. One flavour in one JVM. */
final class PureC extends Contender {
  private final Map<String, Integer> refs = new HashMap<>();
  private final long state;
  private final int increment;
  private final int same;
  private final int point;
  private final byte[] text = Scripts.TEXT.getBytes(StandardCharsets.UTF_8);

  PureC(String flavour) {
    System.load(Path.of(System.getProperty("lupine.bench.natives"),
        System.mapLibraryName("lupine-bench-" + flavour)).toAbsolutePath().toString());
    state = open();
    ref(state, Scripts.PRELUDE);
    increment = ref(state, "return increment");
    same = ref(state, "return same");
    point = ref(state, "return point");
  }

  @Override
  double typed(int count) {
    return numbers(state, increment, count);
  }

  @Override
  double generic(int count) {
    return typed(count);
  }

  @Override
  double invokeFunction(int count) {
    return typed(count);
  }

  @Override
  long strings(int count) {
    return strings(state, same, text, count);
  }

  @Override
  double get(int count) {
    return get(state, point, count);
  }

  @Override
  double set(int count) {
    set(state, point, count);
    return count;
  }

  @Override
  double loop(String function, int count) {
    int ref = refs.computeIfAbsent(function, name -> ref(state, "return " + name));
    return call(state, ref, count);
  }

  @Override
  void close() {
    close(state);
  }

  private static native long open();

  private static native void close(long state);

  /** A ref to what a chunk gives. */
  private static native int ref(long state, String code);

  /** Calls once with one number. */
  private static native double call(long state, int ref, double argument);

  private static native double numbers(long state, int ref, int count);

  private static native long strings(long state, int ref, byte[] text, int count);

  private static native double get(long state, int ref, int count);

  private static native void set(long state, int ref, int count);
}
